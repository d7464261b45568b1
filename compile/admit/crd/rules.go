package crd

import (
	"fmt"

	"routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir/source"
)

// The CEL rules of the Gateway API kinds, by hand: one small function a rule. They run
// on objects whose types and sizes are right, and with defaults filled in; patterns and
// keys may still be wrong. A rule that fails is one cause, at the field that carries it.

// An object as it stands in a tree.
type object = tree.Object

// A reviewer walks one object and collects the findings of its rules.
type reviewer struct {
	bundle Bundle
	path   tree.Path
	causes []verdict.Cause
}

// refuse records a rule that fails where the walk stands.
func (r *reviewer) refuse(code diag.Code, message string) { r.refuseAt("", code, message) }

// refuseAt does so for the sake of a field below, which the API server does not name.
func (r *reviewer) refuseAt(below string, code diag.Code, message string) {
	if len(r.causes) >= schema.Limit {
		return
	}
	c := verdict.Cause{Field: r.path.String(), Reason: verdict.Invalid, Message: "Invalid value: " + message, Code: code}
	if below != "" {
		c.At = source.Join(c.Field, below)
	}
	r.causes = append(r.causes, c)
}

// into reviews an object field, where there is one.
func (r *reviewer) into(o object, field string, review func(object)) {
	if child, ok := o[field].(object); ok {
		r.path.Into(field)
		review(child)
		r.path.Out()
	}
}

// each reviews the entries of a list field.
func (r *reviewer) each(o object, field string, review func(object)) {
	list, ok := o[field].([]any)
	if !ok {
		return
	}
	r.path.Into(field)
	for i := range list {
		r.path.Item(i)
		review(tree.Item(list, i))
		r.path.Out()
	}
	r.path.Out()
}

// list reviews a list field as a whole, where there is one.
func (r *reviewer) list(o object, field string, review func([]any)) {
	if list, ok := o[field].([]any); ok {
		r.path.Into(field)
		review(list)
		r.path.Out()
	}
}

// parentRefs reviews GW-02 and GW-03: references to one parent must all carry a
// discriminator, and different ones. In the standard channel that is sectionName alone.
func (r *reviewer) parentRefs(refs []any) {
	words := "sectionName"
	if r.bundle.Experimental {
		words = "sectionName or port"
	}
	partly, twice := 0, 0 // the first reference that is so beside an earlier one
	for i := range refs {
		for j := range i {
			a, b := tree.Item(refs, i), tree.Item(refs, j)
			if sameParent(a, b) {
				some, same := r.discriminators(a, b)
				if some && partly == 0 {
					partly = i
				}
				if same && twice == 0 {
					twice = i
				}
			}
		}
	}
	const when = " when parentRefs includes 2 or more references to the same parent"
	if partly > 0 {
		r.refuseAt(tree.Index("", partly), diag.ParentRefAmbiguous, words+" must be specified"+when)
	}
	if twice > 0 {
		r.refuseAt(tree.Index("", twice), diag.ParentRefRepeated, words+" must be unique"+when)
	}
}

// sameParent compares namespaces as written: absent and the route's own are two parents.
func sameParent(a, b object) bool {
	return tree.Text(a, "name") == tree.Text(b, "name") && tree.Text(a, "kind") == tree.Text(b, "kind") &&
		tree.Text(a, "group") == tree.Text(b, "group") && tree.Text(a, "namespace") == tree.Text(b, "namespace")
}

// discriminators compares two references to one parent: whether only one of them carries
// a discriminator, and whether theirs are equal.
func (r *reviewer) discriminators(a, b object) (partly, equal bool) {
	sectionA, sectionB := tree.Text(a, "sectionName"), tree.Text(b, "sectionName")
	partly, equal = (sectionA == "") != (sectionB == ""), sectionA == sectionB
	if r.bundle.Experimental {
		portA, portB := tree.Int(a, "port"), tree.Int(b, "port")
		partly, equal = partly || (portA == 0) != (portB == 0), equal && portA == portB
	}
	return partly, equal
}

// servicePort reviews GW-21 on a reference to a backend, a mirror or an authorizer.
func (r *reviewer) servicePort(ref object, code diag.Code) {
	if tree.Text(ref, "kind") == "Service" && tree.Text(ref, "group") == "" && !tree.Has(ref, "port") {
		r.refuse(code, "Must have port for Service reference")
	}
	if r.bundle.from(0, 7) && tree.Text(ref, "group") == "gateway.networking.x-k8s.io" && tree.Text(ref, "kind") == "XBackend" && tree.Has(ref, "port") {
		r.refuse(code, "Must not have port for Backend reference")
	}
}

// ruleNames reviews GRPC-16, which the standard channel has since 1.7 only.
func (r *reviewer) ruleNames(rules []any) {
	if !r.bundle.from(7, 2) {
		return
	}
	seen := map[string]bool{}
	for i := range rules {
		name, ok := tree.Item(rules, i)["name"].(string)
		if ok && seen[name] {
			r.refuseAt(tree.Index("", i)+".name", diag.RuleNameRefused, "Rule name must be unique within the route")
			return
		}
		if ok {
			seen[name] = true
		}
	}
}

// matchTotal reviews GRPC-02.
func (r *reviewer) matchTotal(rules []any) {
	const most = 128
	total := 0
	for i := range rules {
		total += len(tree.List(tree.Item(rules, i), "matches"))
	}
	if r.bundle.Minor >= 2 && total > most {
		r.refuse(diag.RouteTooLarge, fmt.Sprintf("the route has %d matches in all its rules together, and may have %d", total, most))
	}
}

// session reviews the rules of sessionPersistence.
func (r *reviewer) session(session object) {
	field := "cookieConfig"
	if r.bundle.Minor >= 7 {
		field = "cookie"
	}
	cookie, hasCookie := session[field].(object)
	if tree.Text(cookie, "lifetimeType") == "Permanent" && !tree.Has(session, "absoluteTimeout") {
		r.refuse(diag.SessionRefused, "AbsoluteTimeout must be specified when cookie lifetimeType is Permanent")
	}
	switch {
	case r.bundle.Minor >= 7:
		r.matched(session, "type", diag.SessionRefused, union{"Cookie", "cookie"}, union{"Header", "header"})
	case r.bundle.Minor >= 5 && hasCookie && tree.Text(session, "type") != "Cookie":
		r.refuse(diag.SessionRefused, "cookieConfig can only be set with type Cookie")
	}
}
