package encode

// Optional leaves a zero value out of an answer.
func Optional[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// Value reads an optional part of a request; what is absent is zero.
func Value[T any](optional *T) T {
	if optional == nil {
		var zero T
		return zero
	}
	return *optional
}
