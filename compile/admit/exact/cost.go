package exact

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

// What CEL rules may cost, as the API server estimates it when it is given a CRD: one
// rule, and all rules of a version together. The bounds on their number and nesting are
// our own; they are wide of anything that is in use.
const (
	mostRuleCost  = 10_000_000
	mostTotalCost = 100_000_000
	mostRules     = 1_000
	longestRule   = 8 << 10   // bytes; the compiler takes quadratic time for a long one
	mostRuleText  = 256 << 10 // bytes of all rules of a version together
	deepestSchema = 64
	mostNodes     = 50_000
)

// affordable refuses a schema whose rules do not compile, or cost too much.
func affordable(s *structuralschema.Structural) error {
	e := estimate{env: environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())}
	return e.node(s, model.SchemaDeclType(s, true), 1, true, "schema")
}

// An extent is how much there is of a schema.
type extent struct{ nodes, rules, text int }

// measureSchema refuses a schema that is too large to compile its rules.
func measureSchema(s *structuralschema.Structural) (size extent, err error) {
	err = size.measure(s, 0)
	return size, err
}

func (x *extent) measure(s *structuralschema.Structural, depth int) error {
	x.nodes++
	x.rules += len(s.XValidations)
	for _, r := range s.XValidations {
		n := len(r.Rule) + len(r.MessageExpression)
		if n > longestRule {
			return fmt.Errorf("a CEL rule of the schema has more than %d KiB", longestRule>>10)
		}
		x.text += n
	}
	switch {
	case depth > deepestSchema:
		return fmt.Errorf("the schema is nested more than %d deep", deepestSchema)
	case x.nodes > mostNodes:
		return fmt.Errorf("the schema has more than %d fields", mostNodes)
	case x.rules > mostRules:
		return fmt.Errorf("the schema has more than %d CEL rules", mostRules)
	case x.text > mostRuleText:
		return fmt.Errorf("the CEL rules of the schema have more than %d KiB", mostRuleText>>10)
	}
	for _, child := range children(s) {
		if err := x.measure(child.schema, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// A child is a schema in a schema.
type child struct {
	step   string
	schema *structuralschema.Structural
	field  string // a property; else the items or the values
}

// children lists the schemas directly in s, in a fixed order.
func children(s *structuralschema.Structural) []child {
	var out []child
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		out = append(out, child{"." + name, &p, name})
	}
	if s.Items != nil {
		out = append(out, child{"[]", s.Items, ""})
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		out = append(out, child{".*", s.AdditionalProperties.Structural, ""})
	}
	return out
}

// An estimate adds up what the rules of a version may cost.
type estimate struct {
	env   *environment.EnvSet
	total uint64
}

// node estimates the rules of a schema and of those in it. times bounds how often the
// value may occur in an object, if bounded.
func (e *estimate) node(s *structuralschema.Structural, t *apiservercel.DeclType, times uint64, bounded bool, at string) error {
	if t == nil {
		return nil // fields that CEL has no type for have no rules that run
	}
	results, err := cel.Compile(s, t, celconfig.PerCallLimit, e.env, cel.NewExpressionsEnvLoader())
	if err != nil {
		return fmt.Errorf("%s: compile CEL rules: %w", at, err)
	}
	for i, r := range results {
		if r.Error != nil {
			return fmt.Errorf("%s: CEL rule %d: %s", at, i, r.Error.Detail)
		}
		n := r.MaxCardinality
		if bounded {
			n = times
		}
		if err := e.spend(multiply(r.MaxCost, n), at, i); err != nil {
			return err
		}
		if err := e.spend(r.MessageExpressionMaxCost, at, i); err != nil {
			return err
		}
	}
	if s.Items != nil || s.AdditionalProperties != nil {
		most := mostEntries(s)
		times, bounded = multiply(times, most), bounded && most > 0
	}
	for _, c := range children(s) {
		if err := e.node(c.schema, typeOf(t, c), times, bounded, at+c.step); err != nil {
			return err
		}
	}
	return nil
}

func (e *estimate) spend(cost uint64, at string, rule int) error {
	if cost > mostRuleCost {
		return fmt.Errorf("%s: CEL rule %d may cost %d, and the API server takes no rule beyond %d: bound the lists and texts that it reads", at, rule, cost, mostRuleCost)
	}
	if e.total += cost; e.total > mostTotalCost {
		return fmt.Errorf("%s: the CEL rules may cost more than %d together, which the API server does not take", at, mostTotalCost)
	}
	return nil
}

// mostEntries is the size to which a list or map is bounded; 0 is none.
func mostEntries(s *structuralschema.Structural) uint64 {
	if s.ValueValidation == nil {
		return 0
	}
	most := s.ValueValidation.MaxItems
	if s.Items == nil {
		most = s.ValueValidation.MaxProperties
	}
	if most == nil || *most < 0 {
		return 0
	}
	return uint64(*most)
}

// typeOf is the CEL type of a schema in one of type t; nil is none.
func typeOf(t *apiservercel.DeclType, c child) *apiservercel.DeclType {
	if c.field == "" {
		return t.ElemType
	}
	name, ok := apiservercel.Escape(c.field)
	if !ok {
		return model.SchemaDeclType(c.schema, c.schema.XEmbeddedResource)
	}
	if f, ok := t.Fields[name]; ok {
		return f.Type
	}
	return nil
}

// multiply stops at the largest number.
func multiply(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	if high != 0 {
		return ^uint64(0)
	}
	return low
}
