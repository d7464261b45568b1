package inbound

import (
	"testing"

	"routec.dev/routec/compile/manifest"
)

func TestSelects(t *testing.T) {
	app := map[string]string{"app": "web"}
	some, none := []string{"web"}, []string{}
	for _, c := range []struct {
		operator string
		values   []string
		there    bool // for {app: web}
		absent   bool // for no labels
	}{
		{"In", some, true, false}, {"In", none, false, false}, {"In", nil, false, false},
		{"NotIn", some, false, true}, {"NotIn", none, true, true}, {"NotIn", nil, false, false},
		{"Exists", nil, true, false}, {"Exists", none, false, false}, {"Exists", some, false, false},
		{"DoesNotExist", nil, false, true}, {"DoesNotExist", none, false, false}, {"DoesNotExist", some, false, false},
	} {
		s := &manifest.LabelSelector{MatchExpressions: []manifest.LabelExpression{{Key: "app", Operator: c.operator, Values: c.values}}}
		if got := selects(s, app); got != c.there {
			t.Errorf("%s %v of app=web: %v", c.operator, c.values, got)
		}
		if got := selects(s, nil); got != c.absent {
			t.Errorf("%s %v of nothing: %v", c.operator, c.values, got)
		}
	}
	if !selects(nil, nil) || !selects(&manifest.LabelSelector{}, nil) {
		t.Error("an empty selector holds for all")
	}
}
