package argocd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/plugins/evidence"
)

// A ParameterError is a parameter or variable that makes no sense.
type ParameterError struct{ err error }

func (e *ParameterError) Error() string { return e.err.Error() }
func (e *ParameterError) Unwrap() error { return e.err }

func badParameter(format string, args ...any) error {
	return &ParameterError{fmt.Errorf(format, args...)}
}

// parameters are what an Application asks for.
type parameters struct {
	output           evidence.Mode
	failOn           diag.Severity // 0: never
	mesh, namespace  string
	admission        manifest.Admission
	sources          []string // folders below the application's
	include, exclude []string
}

// A parameter can be set in an Application, or by the variable ROUTEC_NAME of its plugin.env,
// which arrives with the prefix ARGOCD_ENV_. Lists are separated by commas there.
type parameter struct {
	name, variable string
	list           bool
	set            func(p *parameters, values []string) error
}

// all lists the parameters; plugin.yaml announces the same.
func all() []parameter {
	return []parameter{
		{"output", "ROUTEC_OUTPUT", false, func(p *parameters, v []string) (err error) {
			p.output, err = evidence.ParseMode(v[0])
			return err
		}},
		{"failOn", "ROUTEC_FAIL_ON", false, func(p *parameters, v []string) (err error) {
			if p.failOn, err = diag.ParseLimit(v[0]); err != nil {
				return fmt.Errorf("it is %w", err)
			}
			return nil
		}},
		{"mesh", "ROUTEC_MESH", false, func(p *parameters, v []string) error { p.mesh = v[0]; return nil }},
		{"namespace", "ROUTEC_NAMESPACE", false, func(p *parameters, v []string) error { p.namespace = v[0]; return nil }},
		{"admission", "ROUTEC_ADMISSION", false, func(p *parameters, v []string) (err error) {
			if p.admission, err = manifest.ParseAdmission(v[0]); err != nil {
				return fmt.Errorf("it is %w", err)
			}
			return nil
		}},
		{"sources", "ROUTEC_SOURCES", true, func(p *parameters, v []string) error {
			for _, s := range v {
				if !source.IsLocal(s) {
					return fmt.Errorf("sources are folders below the application's, not %q", s)
				}
			}
			p.sources = v
			return nil
		}},
		{"include", "ROUTEC_INCLUDE", true, func(p *parameters, v []string) error { p.include = v; return nil }},
		{"exclude", "ROUTEC_EXCLUDE", true, func(p *parameters, v []string) error { p.exclude = v; return nil }},
	}
}

// A given parameter is one as Argo CD hands it over, in ARGOCD_APP_PARAMETERS.
type given struct {
	Name   string            `json:"name"`
	String *string           `json:"string"`
	Array  []string          `json:"array"`
	Map    map[string]string `json:"map"`
}

// readParameters reads the environment. What the Application's parameters say counts more than
// its variables; what neither knows is an error, because a misspelt one would be ignored.
func readParameters(environ []string) (parameters, error) {
	p := parameters{output: evidence.Digest, failOn: diag.Error, sources: []string{"."}}
	var fromApp string
	variables := map[string]string{}
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		switch {
		case name == "ARGOCD_APP_PARAMETERS":
			fromApp = value
		case name == "ARGOCD_APP_NAMESPACE":
			p.namespace = value // where Argo CD puts objects that name no namespace
		case strings.HasPrefix(name, "ARGOCD_ENV_ROUTEC_"):
			variables[strings.TrimPrefix(name, "ARGOCD_ENV_")] = value
		}
	}
	if err := p.fromVariables(variables); err != nil {
		return p, err
	}
	return p, p.fromApplication(fromApp)
}

func (p *parameters) fromVariables(variables map[string]string) error {
	for _, k := range all() {
		value, ok := variables[k.variable]
		if delete(variables, k.variable); !ok || value == "" {
			continue
		}
		values := []string{value}
		if k.list {
			values = strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		}
		if err := k.set(p, values); err != nil {
			return badParameter("variable %s: %w", k.variable, err)
		}
	}
	for name := range variables {
		if len(variables) == 1 {
			return badParameter("there is no variable %s: they are %s", name, names(func(k parameter) string { return k.variable }))
		}
	}
	if len(variables) > 0 {
		return badParameter("there are %d unknown ROUTEC_ variables: known are %s", len(variables), names(func(k parameter) string { return k.variable }))
	}
	return nil
}

func names(of func(parameter) string) string {
	var out []string
	for _, k := range all() {
		out = append(out, of(k))
	}
	return strings.Join(out, ", ")
}

func (p *parameters) fromApplication(text string) error {
	if text == "" {
		return nil
	}
	var list []given
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return badParameter("read ARGOCD_APP_PARAMETERS: %w", err)
	}
	known := all()
	for _, g := range list {
		i := slices.IndexFunc(known, func(k parameter) bool { return k.name == g.Name })
		if i < 0 {
			return badParameter("there is no parameter %q: they are %s", g.Name, names(func(k parameter) string { return k.name }))
		}
		values := g.Array
		if !known[i].list {
			if g.String == nil {
				return badParameter("parameter %s is a string", g.Name)
			}
			values = []string{*g.String}
		} else if g.String != nil || g.Map != nil {
			return badParameter("parameter %s is an array", g.Name)
		}
		if len(values) == 0 || !known[i].list && values[0] == "" {
			continue
		}
		if err := known[i].set(p, values); err != nil {
			return badParameter("parameter %s: %w", g.Name, err)
		}
	}
	return nil
}

// An announcement is a parameter as Argo CD's user interface shows it.
type announcement struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Tooltip  string `json:"tooltip"`
	Required bool   `json:"required"`
	String   string `json:"string"`
}

// Announce prints the parameters that depend on the repository: the meshes that it holds. The
// others are static (plugin.yaml).
func Announce(ctx context.Context, out io.Writer, opts Options) error {
	p, err := readParameters(opts.Environ)
	if err != nil {
		return err
	}
	set, err := source.OpenAll(ctx, p.sources, source.Options{})
	if err != nil {
		return err
	}
	defer set.Close()
	result, err := compile.Decide(ctx, set, compile.Options{Namespace: p.namespace})
	if err != nil {
		return err
	}
	var meshes []string
	for _, c := range result.Clusters {
		meshes = append(meshes, c.Mesh.Name)
	}
	a := announcement{Name: "mesh", Title: "Mesh", String: p.mesh, Required: len(meshes) > 1 && p.mesh == ""}
	a.Tooltip = "the mesh to build; the sources hold " + strings.Join(meshes, ", ")
	if err := json.NewEncoder(out).Encode([]announcement{a}); err != nil {
		return fmt.Errorf("print parameters: %w", err)
	}
	return nil
}
