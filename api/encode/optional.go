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

// Add makes room for one more part of an answer and gives it, so that it can
// be filled in where its type has no name. Fill it in before the next one is
// added: the list may move then.
func Add[T any](list *[]T) *T {
	var fresh T
	*list = append(*list, fresh)
	return &(*list)[len(*list)-1]
}

// Empty gives a list of the same kind without parts, which JSON shows as [].
func Empty[T any]([]T) []T { return []T{} }
