package eval

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
)

// errNoPath says that the proxy panics: a redirect that keeps the path of a request without
// one (§2.3 P5).
var errNoPath = errors.New("the request has no path, on which the proxy panics")

// location returns where a redirect leads; same reports that it leads to the request's own
// URI, so that the redirect does nothing (§5.3).
func location(f ir.Redirect, u URI, w Winner) (to URI, same bool, err error) {
	to.Scheme = firstOf(f.Scheme, u.Scheme, "http")
	if to.Authority, err = redirectAuthority(f, u, to.Scheme); err != nil {
		return URI{}, false, err
	}
	path, err := redirectPath(f.Path, u, w)
	if err != nil {
		return URI{}, false, err
	}
	to.Path, to.Query, to.HasQuery = path.Path, path.Query, path.HasQuery
	same = strings.EqualFold(to.Scheme, u.Scheme) && foldASCII(to.Authority) == foldASCII(u.Authority) &&
		to.Path == u.Path && to.Query == u.Query && to.HasQuery == u.HasQuery
	return to, same, nil
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func redirectAuthority(f ir.Redirect, u URI, scheme string) (string, error) {
	requested, has := portOf(u.Authority)
	switch {
	case f.Host != "" && f.Port != 0:
		return f.Host + ":" + number(f.Port), nil
	case f.Host != "" && has && !isDefault(scheme, uint32(requested)):
		return valid(f.Host + ":" + number(uint32(requested)))
	case f.Host != "":
		return f.Host, nil
	case u.Authority == "":
		return "", errors.New("the request has no authority to redirect to")
	case f.Port == 0:
		return u.Authority, nil
	case isDefault(scheme, f.Port) && has:
		return valid(hostOf(u.Authority))
	case isDefault(scheme, f.Port), has && uint32(requested) == f.Port:
		return u.Authority, nil
	}
	return valid(hostOf(u.Authority) + ":" + number(f.Port))
}

func valid(authority string) (string, error) { return authority, checkAuthority(authority) }

func number(port uint32) string { return strconv.FormatUint(uint64(port), 10) }

func isDefault(scheme string, port uint32) bool {
	return scheme == "http" && port == 80 || scheme == "https" && port == 443
}

// redirectPath returns the path and query of a location.
func redirectPath(p ir.PathRewrite, u URI, w Winner) (URI, error) {
	switch p.Kind {
	case ir.ReplaceFull:
		return parsePath(p.Value)
	case ir.ReplacePrefix:
		length := w.Key.Path
		if w.Path != ir.PathPrefix || length > len(u.Path) {
			return URI{}, errors.New("a prefix is replaced, but the match that applies is not on a prefix")
		}
		rest := u.Path[length:]
		if rest != "" && rest[0] != '/' {
			rest = "/" + rest
		}
		if u.HasQuery {
			rest += "?" + u.Query
		}
		return parsePath(p.Value + rest)
	}
	if u.Path == "" {
		return URI{}, errNoPath
	}
	return u, nil
}

// redirect returns the answer of a redirect, nil if the request goes on.
func (a asker) redirect(f ir.Redirect, u URI, w Winner) *Reply {
	to, same, err := location(f, u, w)
	switch {
	case errors.Is(err, errNoPath):
		return ended(Crash, err.Error())
	case err != nil:
		return a.reply(InvalidRedirect, 500, 13, err.Error())
	case same:
		return nil
	}
	text := to.String()
	if strings.IndexByte(text, 0x7F) >= 0 {
		return ended(Crash, fmt.Sprintf("location %q has a byte that no header can hold, on which the proxy panics", text))
	}
	status := int(f.Status)
	if status == 0 {
		status = 301
	}
	out := a.reply(Redirected, status, 5, "")
	out.Location = text
	return out
}
