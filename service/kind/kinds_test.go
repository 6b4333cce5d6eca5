package kind_test

import (
	"testing"

	"nianwei/service/kind"
)

func TestAll_HasEveryKindOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range kind.All() {
		if seen[m.Name] {
			t.Errorf("two kinds are called %q", m.Name)
		}
		seen[m.Name] = true
	}
	for _, name := range []string{"work", "quiz"} {
		if !seen[name] {
			t.Errorf("no kind %q", name)
		}
	}
}
