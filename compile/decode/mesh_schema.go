package decode

import _ "embed"

// MeshSchema is the JSON Schema (draft 7) of Mesh documents, for editors. It takes nothing
// that [Mesh] refuses for its fields or words.
//
//go:embed schema/mesh-v1alpha1.json
var MeshSchema []byte
