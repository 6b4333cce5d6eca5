package activity

import "github.com/invopop/jsonschema"

// SchemaOf gives the JSON Schema of a settings struct, from which the console
// makes its form. Titles, descriptions, bounds and choices stand in the
// struct's jsonschema tags; every property that is not a pointer is required.
func SchemaOf[S any]() *jsonschema.Schema {
	r := jsonschema.Reflector{Anonymous: true, DoNotReference: true, ExpandedStruct: true}
	var s S
	return r.Reflect(&s)
}
