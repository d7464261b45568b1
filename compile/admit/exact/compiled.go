package exact

import (
	"errors"
	"fmt"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/parallel"
)

// A compiled version is what objects are judged by. It is immutable.
type compiled struct {
	schema    *structuralschema.Structural
	validator validation.SchemaValidator
	rules     *cel.Validator // nil where the schema has no CEL rules
}

// compileOnce returns a function that compiles the schema when it is first called.
func compileOnce(v *apiextensionsv1.CustomResourceValidation) func() (*compiled, error) {
	return sync.OnceValues(func() (*compiled, error) { return compile(v) })
}

func compile(v *apiextensionsv1.CustomResourceValidation) (*compiled, error) {
	if v == nil || v.OpenAPIV3Schema == nil {
		return nil, errors.New("it has no schema")
	}
	var props apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v.OpenAPIV3Schema, &props, nil); err != nil {
		return nil, fmt.Errorf("convert the schema: %w", err)
	}
	s, err := structuralschema.NewStructural(&props)
	if err != nil {
		return nil, fmt.Errorf("the schema is not structural: %w", err)
	}
	if err := structuralschema.ValidateStructural(nil, s).ToAggregate(); err != nil {
		return nil, fmt.Errorf("the schema is not structural: %w", err)
	}
	rules, err := compileRules(s)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(&props)
	if err != nil {
		return nil, fmt.Errorf("build the validator: %w", err)
	}
	return &compiled{s, validator, rules}, nil
}

// compileRules compiles the CEL rules of a schema of bounded size, for their costs and for
// their programs: the library does both by itself, and so both are done at the same time.
func compileRules(s *structuralschema.Structural) (*cel.Validator, error) {
	size, err := measureSchema(s)
	if err != nil || size.rules == 0 {
		return nil, err
	}
	var rules *cel.Validator
	parallel.Map([]func(){
		func() { err = affordable(s) },
		func() { rules = cel.NewValidator(s, true, celconfig.PerCallLimit) },
	}, &diag.Report{}, func(compile func(), _ *diag.Report) struct{} { compile(); return struct{}{} })
	return rules, err
}
