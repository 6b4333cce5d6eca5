package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"nianwei/model/store"
	"nianwei/service/operation"
)

// Create makes an officer who has no password yet, and the one-time link with
// which they choose it.
func (a *Officers) Create(ctx context.Context, byID int64, login, name string, roles []Role) (Officer, Link, error) {
	login, name = tidyLogin(login), strings.TrimSpace(name)
	if err := checkIdentity(login, name, roles); err != nil {
		return Officer{}, Link{}, err
	}
	var o Officer
	var link Link
	err := a.store.Write(ctx, func(tx *store.Tx) (err error) {
		if o, err = insertOfficer(tx, login, name, "", roles); err != nil {
			return err
		}
		if link, err = a.makeLink(tx, o.ID); err != nil {
			return err
		}
		return operation.Record(tx, byID, "officer.create", subject(o.ID), "", "login="+login+" roles="+joinRoles(roles))
	})
	return o, link, err
}

func insertOfficer(tx *store.Tx, login, name, passwordHash string, roles []Role) (Officer, error) {
	joined := joinRoles(roles)
	id, err := tx.Insert("INSERT INTO officers (login, name, password_hash, roles, locked, created_at) VALUES (?,?,?,?,0,?)", login, name, passwordHash, joined, tx.Millis())
	if store.Duplicate(err) {
		return Officer{}, ErrLoginTaken
	}
	if err != nil {
		return Officer{}, fmt.Errorf("account: make officer: %w", err)
	}
	row := officerRow{Officer: Officer{ID: id, Login: login, Name: name}, passwordHash: passwordHash, roles: joined}
	return row.officer(), nil
}

func subject(officerID int64) string { return fmt.Sprintf("officer/%d", officerID) }

// Change is what to change about an officer; nil = leave it.
type Change struct {
	Name   *string
	Roles  []Role
	Locked *bool
}

func (c Change) check() error {
	var fields = checkRoles(c.Roles)
	if c.Roles == nil {
		fields = nil
	}
	if c.Name != nil {
		fields = append(fields, checkName(*c.Name)...)
	}
	if len(fields) > 0 {
		return ErrInvalid.With(fields...)
	}
	return nil
}

// apply gives the officer after the change and what it was, for the log.
func (c Change) apply(o Officer) (Officer, []string) {
	var said []string
	if c.Name != nil && strings.TrimSpace(*c.Name) != o.Name {
		o.Name = strings.TrimSpace(*c.Name)
		said = append(said, "name")
	}
	if c.Roles != nil && joinRoles(c.Roles) != joinRoles(o.Roles) {
		said = append(said, "roles="+joinRoles(o.Roles)+"->"+joinRoles(c.Roles))
		o.Roles = c.Roles
	}
	if c.Locked != nil && *c.Locked != o.Locked {
		o.Locked = *c.Locked
		said = append(said, fmt.Sprintf("locked=%v", o.Locked))
	}
	return o, said
}

// Change changes an officer's name or roles, or locks or unlocks the account;
// a lock ends all its sessions. It returns ErrLastAdmin when nobody would be
// left who can sign in and make administrators.
func (a *Officers) Change(ctx context.Context, byID, officerID int64, c Change) (Officer, error) {
	if err := c.check(); err != nil {
		return Officer{}, err
	}
	var after Officer
	var hashes [][32]byte
	err := a.store.Write(ctx, func(tx *store.Tx) error {
		all, err := holdOfficers(tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(o Officer) bool { return o.ID == officerID })
		if at < 0 {
			return ErrUnknownOfficer
		}
		before := all[at]
		var said []string
		after, said = c.apply(before)
		if len(said) == 0 {
			return nil
		}
		all[at] = after
		if before.governs() && !slices.ContainsFunc(all, Officer.governs) {
			return ErrLastAdmin
		}
		if hashes, err = a.save(tx, after); err != nil {
			return err
		}
		return operation.Record(tx, byID, "officer.change", subject(officerID), "", strings.Join(said, " "))
	})
	if err != nil {
		return Officer{}, err
	}
	a.cache.evict(hashes...)
	return after, nil
}

// holdOfficers reads all officers and holds them until the commit, so that two
// administrators cannot lock each other at the same instant.
func holdOfficers(tx *store.Tx) (all []Officer, err error) {
	var row officerRow
	err = tx.Each("SELECT "+officerColumns+" FROM officers o ORDER BY o.id"+tx.ForUpdate(), nil, row.dest(), func() error {
		all = append(all, row.officer())
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("account: officers: %w", err)
	}
	return all, nil
}

// save writes an officer back and gives the sessions that are to be forgotten.
func (a *Officers) save(tx *store.Tx, o Officer) ([][32]byte, error) {
	if _, err := tx.Exec("UPDATE officers SET name = ?, roles = ?, locked = ? WHERE id = ?", o.Name, joinRoles(o.Roles), o.Locked, o.ID); err != nil {
		return nil, fmt.Errorf("account: change officer: %w", err)
	}
	if o.Locked {
		return officerSessions().endAll(tx, o.ID, [32]byte{})
	}
	return officerSessions().of(tx, o.ID)
}

// ChangePassword changes the password of the officer who asks and ends their
// other sessions. Wrong old passwords are limited like wrong sign-ins.
func (a *Officers) ChangePassword(ctx context.Context, who Officer, old, fresh, ip string) error {
	tries := a.signInTries(who.Login, ip)
	if err := spend(ctx, a.store, ErrTooManySignIns, tries...); err != nil {
		return err
	}
	row, err := a.byLogin(ctx, who.Login)
	if err != nil {
		return err
	}
	ok, err := a.vault.matches(ctx, row.passwordHash, old)
	if err != nil {
		return err
	}
	if !ok {
		return ErrOldPassword
	}
	if err := checkPassword(who.Login, fresh); err != nil {
		return err
	}
	encoded, err := a.vault.hash(ctx, fresh)
	if err != nil {
		return err
	}
	var hashes [][32]byte
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec("UPDATE officers SET password_hash = ? WHERE id = ? AND password_hash = ?", encoded, row.ID, row.passwordHash)
		if err != nil {
			return fmt.Errorf("account: change password: %w", err)
		}
		if n == 0 {
			return ErrOldPassword
		}
		if err := spendLinks(tx, row.ID); err != nil {
			return err
		}
		if hashes, err = officerSessions().endAll(tx, row.ID, who.SessionHash); err != nil {
			return err
		}
		if err := refund(tx, tries...); err != nil {
			return err
		}
		return operation.Record(tx, row.ID, "officer.password", subject(row.ID), "", "")
	})
	a.cache.evict(hashes...)
	return err
}
