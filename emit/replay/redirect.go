package replay

import (
	"errors"
	"strconv"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_types"

	"routec.dev/routec/emit/replay/syntax"
)

// What the proxy says about a redirect that has no location.
var (
	errReplacePrefix    = errors.New("redirects may only replace the path prefix when a path prefix match applied")
	errMissingAuthority = errors.New("no authority to redirect to")
	// errNoPath is a crash: the proxy expects every URI but CONNECT's to have a path.
	errNoPath = errors.New("URI must have a path")
)

// redirect answers with the location, unless it is where the request is going
// already (§5.3).
func (p pass) redirect(rr *http_route.RequestRedirect) Step {
	location, err := p.location(rr)
	switch {
	case errors.Is(err, errNoPath):
		return Step{Reply: closed(Crash, err.Error())}
	case err != nil:
		return Step{Reply: p.client.reply(InvalidRedirect, 500, 13, "invalid redirect: "+err.Error())}
	case location.Equal(p.request.URI):
		return Step{Ignored: "the request is going there already"}
	}
	text := location.String()
	if strings.IndexByte(text, 0x7f) >= 0 {
		return Step{Reply: closed(Crash, "location must be a valid header value")}
	}
	status := int(rr.GetStatus())
	if status == 0 {
		status = 301
	}
	a := p.client.reply(Redirected, status, 5, "redirected")
	a.Location = text
	return Step{Reply: a}
}

func (p pass) location(rr *http_route.RequestRedirect) (syntax.URI, error) {
	u := syntax.URI{Scheme: redirectScheme(rr.GetScheme())}
	if !u.Scheme.Given {
		u.Scheme = p.request.URI.Scheme
	}
	if !u.Scheme.Given {
		u.Scheme = syntax.HTTP
	}
	var err error
	if u.Authority, err = p.redirectAuthority(rr, u.Scheme); err != nil {
		return u, err
	}
	u.Path, u.Query, u.HasQuery, err = p.redirectPath(rr.GetPath())
	return u, err
}

func redirectScheme(s *http_types.Scheme) syntax.Scheme {
	switch t := s.GetType().(type) {
	case *http_types.Scheme_Registered_:
		return syntax.Scheme{Given: true, Text: strings.ToLower(t.Registered.String())}
	case *http_types.Scheme_Unregistered:
		scheme, _ := syntax.ParseScheme(t.Unregistered) // it converted, so it parses
		return scheme
	}
	return syntax.Scheme{}
}

// redirectAuthority keeps the request's port where only the host is replaced,
// and drops a port that is the scheme's own; but "host:port" stays verbatim.
func (p pass) redirectAuthority(rr *http_route.RequestRedirect, scheme syntax.Scheme) (string, error) {
	original := p.request.URI.Authority
	port, hasPort := syntax.Port(original)
	host, newPort := rr.GetHost(), int(rr.GetPort())
	switch {
	case host != "" && newPort != 0:
		return host + ":" + strconv.Itoa(newPort), nil
	case host != "" && hasPort && port != scheme.DefaultPort():
		return joined(host, port)
	case host != "":
		return host, nil
	case original == "":
		return "", errMissingAuthority
	case newPort == 0 || hasPort && newPort == port && newPort != scheme.DefaultPort():
		return original, nil
	case newPort != scheme.DefaultPort():
		return joined(syntax.Host(original), newPort)
	case hasPort:
		return checked(syntax.Host(original))
	}
	return original, nil
}

func joined(host string, port int) (string, error) { return checked(host + ":" + strconv.Itoa(port)) }

func checked(authority string) (string, error) {
	if err := syntax.Authority(authority); err != nil {
		return "", errors.New("redirect produced an invalid authority: " + err.Error())
	}
	return authority, nil
}

// redirectPath keeps the query of a kept path and of a replaced prefix. A
// replaced prefix wants the recorded match to be a prefix match.
func (p pass) redirectPath(m *http_route.PathModifier) (path, query string, hasQuery bool, err error) {
	u := p.request.URI
	switch replace := m.GetReplace().(type) {
	case *http_route.PathModifier_Full:
		return reparsed(replace.Full)
	case *http_route.PathModifier_Prefix:
		if p.winner.PathKind != PathPrefix || p.winner.PathLength > len(u.Path) {
			return "", "", false, errReplacePrefix
		}
		rest := u.Path[p.winner.PathLength:]
		text := replace.Prefix
		if rest != "" && !strings.HasPrefix(rest, "/") {
			text += "/"
		}
		text += rest
		if u.HasQuery {
			text += "?" + u.Query
		}
		return reparsed(text)
	}
	if !u.Scheme.Given && u.Authority != "" {
		return "", "", false, errNoPath
	}
	return u.Path, u.Query, u.HasQuery, nil
}

func reparsed(text string) (path, query string, hasQuery bool, err error) {
	path, query, hasQuery, err = syntax.ParsePath(text)
	if err != nil {
		err = errors.New("redirect produced an invalid authority: " + err.Error()) // the proxy's words for a bad path, too
	}
	return path, query, hasQuery, err
}
