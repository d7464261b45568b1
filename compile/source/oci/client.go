package oci

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
	"oras.land/oras-go/v2/registry/remote/errcode"
	"oras.land/oras-go/v2/registry/remote/retry"
)

// Options say how a registry is reached. The zero Options are those for a registry that
// speaks TLS, or that is on this machine.
type Options struct {
	Transport Transport
	UserAgent string
	Limits    Limits
}

// A Transport says whether a registry is spoken to in the clear.
type Transport int

// The transports.
const (
	Automatic Transport = iota // plain HTTP for a registry on this machine, TLS for all others
	TLS
	PlainHTTP
)

// repository prepares the client of a registry. Credentials are those of the Docker
// configuration (DOCKER_CONFIG, else ~/.docker/config.json). Where it names credential
// helpers they are run: it is the user's own file, and no manifest or artifact can name one.
func repository(ref Reference, opts Options) (*remote.Repository, error) {
	store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
	if err != nil {
		return nil, fmt.Errorf("read the Docker configuration: %w", err)
	}
	client := &auth.Client{Client: retry.NewClient(), Cache: auth.NewCache(), Credential: credentials.Credential(store)}
	if opts.UserAgent != "" {
		client.SetUserAgent(opts.UserAgent)
	}
	repo := &remote.Repository{Client: client, Reference: ref.in}
	repo.PlainHTTP = opts.Transport == PlainHTTP || opts.Transport == Automatic && ref.onThisMachine()
	return repo, nil
}

// A told error has words of the registry's own in it, and shows them on one line, with
// nothing that would drive a terminal or start a command of a CI system's log.
type told struct{ error }

func (t told) Unwrap() error { return t.error }
func (t told) Error() string {
	return strings.Map(func(r rune) rune {
		if isHidden(r) {
			return ' '
		}
		return r
	}, t.error.Error())
}

// explain adds to an error what its reader can do about it.
func explain(ref Reference, err error) error {
	err = told{err}
	var answer *errcode.ErrorResponse
	refused := errors.As(err, &answer) && (answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden)
	switch {
	case errors.Is(err, errdef.ErrNotFound):
		return fmt.Errorf("the registry does not have it: %w", errdef.ErrNotFound)
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("%w (--plain-http speaks to a registry without TLS)", err)
	case refused, errors.Is(err, auth.ErrBasicCredentialNotFound):
		return fmt.Errorf("%w (credentials are read from the Docker configuration: 'docker login %s' writes them)", err, ref.in.Registry)
	}
	return err
}
