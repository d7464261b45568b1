package evidence

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/source"
)

const shop = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{group: "", kind: Service, name: web, port: 80}]
  rules:
  - matches: [{path: {type: RegularExpression, value: "(?P<bad"}}]
    backendRefs: [{name: web, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: admin, namespace: shop}
spec:
  parentRefs: [{group: "", kind: Service, name: web, port: 80}]
  rules:
  - matches: [{path: {type: PathPrefix, value: /cart}}]
    backendRefs: [{name: web, port: 80}]
`

func decide(t *testing.T, text string, opts compile.Options) *compile.Result {
	t.Helper()
	sources := source.Set{source.Memory("test", []source.File{{Name: "shop.yaml", Text: []byte(text)}})}
	result, err := compile.Decide(context.Background(), sources, opts)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// Evidence is the same whether digests were made with the decision or are made for it, and
// the modes agree on them.
func TestModesAgree(t *testing.T) {
	for _, text := range []string{shop, strings.Replace(shop, "(?P<bad", "/good", 1)} {
		var all [][]ConfigMap
		for _, how := range []struct {
			digest bool
			mode   Mode
		}{{true, Digest}, {false, Digest}, {false, Tables}} {
			result := decide(t, text, compile.Options{Digest: how.digest})
			made, err := Of(context.Background(), result, Options{Mode: how.mode, Version: "test"})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, made)
		}
		if !reflect.DeepEqual(all[0], all[1]) || !reflect.DeepEqual(all[0][0], all[2][0]) || len(all[0]) != 1 || len(all[2]) < 3 {
			t.Errorf("%+v\n%+v\n%+v", all[0], all[1], all[2])
		}
	}
	if made, err := Of(context.Background(), decide(t, shop, compile.Options{}), Options{Mode: None}); err != nil || made != nil {
		t.Errorf("none: %v, %v", made, err)
	}
}

// Every ConfigMap is one that a cluster takes, or the error says which is too large.
func TestTooLarge(t *testing.T) {
	var text strings.Builder
	text.WriteString(shop)
	for i := range 900 {
		text.WriteString("---\n" + strings.ReplaceAll(strings.Replace(shop, "(?P<bad", "/good", 1), "web", fmt.Sprintf("web-%d-%s", i, strings.Repeat("x", 40))))
	}
	result := decide(t, text.String(), compile.Options{})
	_, err := Of(context.Background(), result, Options{Mode: Tables})
	if err == nil || !strings.Contains(err.Error(), "the tables of namespace shop take") || !strings.Contains(err.Error(), "a ConfigMap holds 1048576") {
		t.Errorf("%v", err)
	}
	if _, err := Of(context.Background(), result, Options{Mode: Digest}); err != nil {
		t.Error(err)
	}
}

func TestKeys(t *testing.T) {
	var f files
	f.add("outbound/shop/a%2Fb_c.yaml", []byte("x"), []byte("y"))
	f.add("index/shop.yaml", []byte("z"))
	want := map[string]map[string]string{"shop": {"outbound.a_2Fb__c.yaml": "xy", "index.yaml": "z"}}
	if !reflect.DeepEqual(f.by, want) {
		t.Errorf("%v", f.by)
	}
}
