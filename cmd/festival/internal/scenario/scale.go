package scenario

import "math"

// Scale gives the same season with a share of its people, packets and money.
// Every rule still holds: packets keep their mean, tickets stay fewer than
// greetings and at least as many as packets, and nothing shrinks to none.
func (s Scenario) Scale(by float64) (*Scenario, error) {
	if by == 1 {
		return &s, s.check()
	}
	cities := make([]City, len(s.Roster.Cities))
	for i, c := range s.Roster.Cities {
		c.Staying, c.Leaving = part(c.Staying, by, 40), part(c.Leaving, by, 8)
		cities[i] = c
	}
	s.Roster.Cities = cities
	v := s.Voices
	mean := float64(v.Packets.TotalFen) / float64(v.Packets.Count)
	v.Greetings = part(v.Greetings, by, 40)
	v.Packets.Count = int64(part(int(v.Packets.Count), by, 5))
	v.Packets.TotalFen = int64(math.Round(mean * float64(v.Packets.Count)))
	v.Tickets = min(max(int64(part(int(v.Tickets), by, 10)), v.Packets.Count), int64(v.Greetings)-1)
	v.BudgetFen = max(int64(float64(v.BudgetFen)*by), v.Packets.TotalFen)
	v.Refuse = part(v.Refuse, by, 1)
	s.Voices = v
	q := s.Quiz
	q.Prize.Count = int64(part(int(q.Prize.Count), by, 3))
	q.BudgetFen = max(int64(float64(q.BudgetFen)*by), q.Prize.Count*q.Prize.AmountFen*int64(len(q.Papers)))
	papers, voids := make([]int, len(q.Papers)), make([]int, len(q.Voids))
	for i := range q.Papers {
		papers[i] = part(q.Papers[i], by, 30)
	}
	for i := range q.Voids {
		voids[i] = part(q.Voids[i], by, 1)
	}
	q.Papers, q.Voids = papers, voids
	s.Quiz = q
	return &s, s.check()
}

// part is a share of n, at least so many.
func part(n int, by float64, least int) int {
	return max(int(math.Round(float64(n)*by)), least)
}
