package crd

import (
	"fmt"
	"strconv"

	"routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// The CEL rules of the Gateway API kinds, by hand: one small function a rule. They run
// on objects whose types and sizes are right, and with defaults filled in; patterns and
// keys may still be wrong. A rule that fails is one cause, at the field that carries it.

// An object as it stands in a tree.
type object = tree.Object

// A reviewer collects the findings of the rules of one object.
type reviewer struct {
	bundle Bundle
	causes []verdict.Cause
}

// refuse records a rule that fails.
func (r *reviewer) refuse(code diag.Code, field, message string) {
	if len(r.causes) < schema.Limit {
		r.causes = append(r.causes, verdict.Cause{
			Field: field, Reason: verdict.Invalid, Message: "Invalid value: " + message, Code: code,
		})
	}
}

// A path grows only when a finding needs it.
type path struct {
	up    *path
	field string // empty for an index
	index int
}

func at(field string) *path { return &path{field: field} }

func (p *path) sub(field string) path { return path{up: p, field: field} }

func (p *path) item(i int) path { return path{up: p, index: i} }

// String writes the path as the API server does.
func (p *path) String() string {
	if p == nil {
		return ""
	}
	switch above := p.up.String(); {
	case p.field == "":
		return above + "[" + strconv.Itoa(p.index) + "]"
	case above == "":
		return p.field
	default:
		return above + "." + p.field
	}
}

// parentRefs reviews GW-02 and GW-03: references to one parent must all carry a
// discriminator, and different ones. In the standard channel that is sectionName alone.
func (r *reviewer) parentRefs(spec object) {
	refs := tree.List(spec, "parentRefs")
	if len(refs) < 2 {
		return
	}
	words := "sectionName"
	if r.bundle.Experimental {
		words = "sectionName or port"
	}
	partly, twice := false, false
	for i := range refs {
		for j := 0; j < i; j++ {
			a, b := tree.Item(refs, i), tree.Item(refs, j)
			if !sameParent(a, b) {
				continue
			}
			section := tree.Text(a, "sectionName") == tree.Text(b, "sectionName")
			sections := (tree.Text(a, "sectionName") == "") == (tree.Text(b, "sectionName") == "")
			port, ports := true, true
			if r.bundle.Experimental {
				port = tree.Int(a, "port") == tree.Int(b, "port")
				ports = (tree.Int(a, "port") == 0) == (tree.Int(b, "port") == 0)
			}
			partly = partly || !sections || !ports
			twice = twice || section && port
		}
	}
	if partly {
		r.refuse(diag.ParentRefAmbiguous, "spec.parentRefs", words+" must be specified when parentRefs includes 2 or more references to the same parent")
	}
	if twice {
		r.refuse(diag.ParentRefRepeated, "spec.parentRefs", words+" must be unique when parentRefs includes 2 or more references to the same parent")
	}
}

// sameParent compares namespaces as written: absent and the route's own are two parents.
func sameParent(a, b object) bool {
	return tree.Text(a, "name") == tree.Text(b, "name") && tree.Text(a, "kind") == tree.Text(b, "kind") &&
		tree.Text(a, "group") == tree.Text(b, "group") && tree.Text(a, "namespace") == tree.Text(b, "namespace")
}

// servicePort reviews GW-21 on a reference to a backend or a mirror.
func (r *reviewer) servicePort(ref object, p *path, code diag.Code) {
	if tree.Text(ref, "group") == "" && tree.Text(ref, "kind") == "Service" && !tree.Has(ref, "port") {
		r.refuse(code, p.String(), "Must have port for Service reference")
	}
}

// ruleNames reviews GRPC-16, which the standard channel leaves out.
func (r *reviewer) ruleNames(rules []any, p *path) {
	if !r.bundle.from(0, 2) {
		return
	}
	seen := map[string]bool{}
	for i := range rules {
		name, ok := tree.Item(rules, i)["name"].(string)
		if ok && seen[name] {
			r.refuse(diag.RuleNameRefused, p.String(), "Rule name must be unique within the route")
			return
		}
		if ok {
			seen[name] = true
		}
	}
}

// matchTotal reviews GRPC-02.
func (r *reviewer) matchTotal(rules []any, p *path) {
	const most = 128
	total := 0
	for i := range rules {
		total += len(tree.List(tree.Item(rules, i), "matches"))
	}
	if r.bundle.Minor >= 2 && total > most {
		r.refuse(diag.RouteTooLarge, p.String(), fmt.Sprintf(
			"the route has %d matches in all its rules together, and may have %d", total, most))
	}
}

// session reviews the rules of sessionPersistence.
func (r *reviewer) session(rule object, p *path) {
	session := tree.Child(rule, "sessionPersistence")
	cookie, ok := session["cookieConfig"].(object)
	if !ok {
		return
	}
	here := p.sub("sessionPersistence")
	if tree.Text(cookie, "lifetimeType") == "Permanent" && !tree.Has(session, "absoluteTimeout") {
		r.refuse(diag.SessionRefused, here.String(), "AbsoluteTimeout must be specified when cookie lifetimeType is Permanent")
	}
	if r.bundle.Minor >= 5 && tree.Text(session, "type") != "Cookie" {
		r.refuse(diag.SessionRefused, here.String(), "cookieConfig can only be set with type Cookie")
	}
}
