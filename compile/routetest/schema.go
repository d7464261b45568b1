package routetest

import _ "embed"

// Schema is the JSON Schema (draft 7) of RouteTest documents, for editors. It takes nothing
// that [Read] refuses for its fields or words.
//
//go:embed schema/routetest-v1alpha1.json
var Schema []byte
