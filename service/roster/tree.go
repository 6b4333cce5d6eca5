package roster

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"nianwei/model/store"
)

// Union is one node of the tree of unions.
type Union struct {
	ID       int64
	ParentID int64 // 0 = a root
	Name     string
	Level    int    // 0 = a root
	Path     string // the numbers from the root down, "/1/5/", so that a subtree is a prefix
	Workers  int64  // of the whole subtree
}

// within tells whether a union's path lies in the subtree of another union.
func within(path string, unionID int64) bool {
	return strings.Contains(path, "/"+strconv.FormatInt(unionID, 10)+"/")
}

// Unions gives the whole tree, parents before their children, with the number
// of active workers of each subtree.
func (r *Roster) Unions(ctx context.Context) (unions []Union, err error) {
	err = r.store.Read(ctx, func(tx *store.Tx) error {
		t, err := readTree(tx)
		if err != nil {
			return err
		}
		own, err := workersByUnion(tx, Rule{})
		if err != nil {
			return err
		}
		unions = t.unions
		at := make(map[int64]int, len(unions))
		for i := range unions {
			at[unions[i].ID] = i
		}
		for i := range unions {
			for up := unions[i].ID; up != 0; up = unions[at[up]].ParentID {
				unions[at[up]].Workers += own[unions[i].ID]
			}
		}
		return nil
	})
	return unions, err
}

// tree is all unions, found by their names from the root down.
type tree struct {
	unions []Union
	byPath map[string]Union // key: names joined by unionJoint
}

// readTree reads all unions. A city has thousands at most.
func readTree(tx *store.Tx) (*tree, error) {
	t := &tree{byPath: map[string]Union{}}
	names := map[int64]string{}
	var u Union
	err := tx.Each("SELECT id, parent_id, name, level, path FROM unions ORDER BY level, id", nil,
		[]any{&u.ID, &u.ParentID, &u.Name, &u.Level, &u.Path}, func() error {
			full := u.Name
			if u.ParentID != 0 {
				full = names[u.ParentID] + unionJoint + u.Name
			}
			names[u.ID] = full
			t.byPath[full] = u
			t.unions = append(t.unions, u)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("roster: unions: %w", err)
	}
	return t, nil
}

// id gives the number of the union with this path of names, 0 if there is none.
func (t *tree) id(names string) int64 { return t.byPath[names].ID }

// pathsTo gives the path of names of every union from the root down to names.
func pathsTo(names string) (paths []string) {
	for i := range names {
		if strings.HasPrefix(names[i:], unionJoint) {
			paths = append(paths, names[:i])
		}
	}
	return append(paths, names)
}

// ensure makes what is missing on the way to a union.
func (t *tree) ensure(tx *store.Tx, names string) (Union, error) {
	if u, ok := t.byPath[names]; ok {
		return u, nil
	}
	parent, name := Union{Path: "/", Level: -1}, names
	if cut := strings.LastIndex(names, unionJoint); cut >= 0 {
		var err error
		if parent, err = t.ensure(tx, names[:cut]); err != nil {
			return Union{}, err
		}
		name = names[cut+len(unionJoint):]
	}
	u := Union{ParentID: parent.ID, Name: name, Level: parent.Level + 1}
	// The path contains the number that the row is about to get; until then the
	// row needs one that no other has.
	id, err := tx.Insert("INSERT INTO unions (parent_id, name, level, path, created_at) VALUES (?,?,?,?,?)",
		u.ParentID, u.Name, u.Level, fmt.Sprintf("new %d %d", u.ParentID, len(t.byPath)), tx.Millis())
	if err != nil {
		return Union{}, fmt.Errorf("roster: make union: %w", err)
	}
	u.ID, u.Path = id, parent.Path+strconv.FormatInt(id, 10)+"/"
	if _, err := tx.Exec("UPDATE unions SET path = ? WHERE id = ?", u.Path, u.ID); err != nil {
		return Union{}, fmt.Errorf("roster: make union: %w", err)
	}
	t.byPath[names] = u
	return u, nil
}
