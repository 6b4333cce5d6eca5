// Package encode has the parts of answers that more than one audience gets.
package encode

import (
	"encoding/base64"
	"strconv"
	"strings"

	"nianwei/model/fault"
)

// ErrCursor refuses a cursor that no page has given.
var ErrCursor = fault.New(fault.Invalid, "cursor.invalid", "翻页位置不正确，请从第一页重新打开。")

// Cursor gives the position behind which the next page begins. Clients only
// hand it back, so it is opaque and its parts may change.
func Cursor(position ...int64) string {
	parts := make([]string, len(position))
	for i, n := range position {
		parts[i] = strconv.FormatInt(n, 10)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, ".")))
}

// Position reads a cursor into as many numbers as it was made of. Without a
// cursor they stay as they are. It returns ErrCursor for what Cursor did not make.
func Position(cursor *string, position ...*int64) error {
	if cursor == nil || *cursor == "" {
		return nil
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(*cursor)
	if err != nil {
		return ErrCursor
	}
	parts := strings.Split(string(text), ".")
	if len(parts) != len(position) {
		return ErrCursor
	}
	numbers := make([]int64, len(parts))
	for i, part := range parts {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || n < 0 || strconv.FormatInt(n, 10) != part {
			return ErrCursor
		}
		numbers[i] = n
	}
	for i, n := range numbers {
		*position[i] = n
	}
	return nil
}

const (
	defaultLimit = 50
	maxLimit     = 200
)

// Limit gives the length of a page: 50 unless something from 1 to 200 is asked for.
func Limit(asked *int) int {
	if asked == nil {
		return defaultLimit
	}
	return min(max(*asked, 1), maxLimit)
}

// Page cuts a list that was read one longer than its limit, and gives the
// cursor of its last item when there was more.
func Page[T any](items []T, limit int, position func(last T) []int64) ([]T, *string) {
	if len(items) <= limit {
		return items, nil
	}
	next := Cursor(position(items[limit-1])...)
	return items[:limit], &next
}
