package roster

import "nianwei/model/store"

// Members gives the union of each of the workers who are active and belong to
// the group (0 = everyone on the roster). Who may not is left out.
func (r *Roster) Members(tx *store.Tx, groupID int64, workerIDs []int64) (map[int64]int64, error) {
	var rule Rule
	if groupID != 0 {
		rules, err := Rules(tx, []int64{groupID})
		if err != nil {
			return nil, err
		}
		rule = rules[groupID]
	}
	facts, err := FactsOf(tx, workerIDs)
	if err != nil {
		return nil, err
	}
	members := make(map[int64]int64, len(facts))
	for id, f := range facts {
		if Matches(rule, f) {
			members[id] = f.UnionID
		}
	}
	return members, nil
}
