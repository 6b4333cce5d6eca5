package activity

import "github.com/invopop/jsonschema"

// SchemaOf gives the JSON Schema of a settings struct, from which the console
// makes its form. Titles, descriptions, bounds and choices stand in the
// struct's jsonschema tags; every property without omitempty is required. The
// struct's order, which JSON objects lose on their way, is kept in x-order.
func SchemaOf[S any]() *jsonschema.Schema {
	r := jsonschema.Reflector{Anonymous: true, DoNotReference: true, ExpandedStruct: true}
	var s S
	schema := r.Reflect(&s)
	place := 0
	for p := schema.Properties.Oldest(); p != nil; p = p.Next() {
		place++
		if p.Value.Extras == nil {
			p.Value.Extras = map[string]any{}
		}
		p.Value.Extras["x-order"] = place
	}
	return schema
}
