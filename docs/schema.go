// Package docs hands the program what is published beside the documentation.
package docs

import _ "embed"

// InputSchema is the JSON schema of what rules see as input: rules-input.schema.json.
//
//go:embed rules-input.schema.json
var InputSchema []byte
