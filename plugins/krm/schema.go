package krm

import _ "embed"

// ConfigSchema is the JSON Schema (draft 7) of a functionConfig that is a ConfigMap.
//
//go:embed schema/config-v1.json
var ConfigSchema []byte
