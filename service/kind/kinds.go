// Package kind lists the ways of taking part that the product has. The engine
// knows them by this list alone.
package kind

import (
	"nianwei/service/activity"
	"nianwei/service/kind/quiz"
	"nianwei/service/kind/work"
)

// All gives every kind, in the order in which an organiser is offered them.
func All() []activity.Machine {
	return []activity.Machine{
		activity.Register(work.Kind{}),
		activity.Register(quiz.Kind{}),
	}
}
