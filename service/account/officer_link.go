package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"nianwei/model/clock"
	"nianwei/model/store"
	"nianwei/service/operation"
)

// Link is a one-time link that has just been made: the token is never told again.
type Link struct {
	Token     string
	ExpiresAt int64 // unix milliseconds
}

// setUpLink is the owner of the link that makes the first administrator.
const setUpLink = 0

// makeLink makes the one link of an officer that works; earlier ones no longer do.
func (a *Officers) makeLink(tx *store.Tx, officerID int64) (Link, error) {
	if err := spendLinks(tx, officerID); err != nil {
		return Link{}, err
	}
	token, hash := newToken()
	link := Link{Token: token, ExpiresAt: clock.Millis(tx.Now.Add(a.config.LinkLife))}
	_, err := tx.Exec("INSERT INTO officer_links (token_hash, officer_id, created_at, expires_at) VALUES (?,?,?,?)", hash[:], officerID, tx.Millis(), link.ExpiresAt)
	if err != nil {
		return Link{}, fmt.Errorf("account: make link: %w", err)
	}
	return link, nil
}

// spendLinks ends what is left of an officer's links.
func spendLinks(tx *store.Tx, officerID int64) error {
	if _, err := tx.Exec("UPDATE officer_links SET used_at = ? WHERE officer_id = ? AND used_at IS NULL", tx.Millis(), officerID); err != nil {
		return fmt.Errorf("account: spend links: %w", err)
	}
	return nil
}

// ownerOf tells whose link a token is, without spending it.
func (a *Officers) ownerOf(ctx context.Context, hash [32]byte) (row officerRow, err error) {
	err = a.store.Read(ctx, func(tx *store.Tx) error {
		var owner int64
		found, err := tx.Row("SELECT officer_id FROM officer_links WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?", []any{hash[:], tx.Millis()}, &owner)
		if err != nil {
			return fmt.Errorf("account: link: %w", err)
		}
		if !found {
			return ErrLink
		}
		if owner == setUpLink {
			return nil
		}
		if row, found, err = findOfficer(tx, "o.id = ?", owner); err == nil && (!found || row.Locked) {
			err = ErrLink
		}
		return err
	})
	return row, err
}

// spendLink uses a link up. Of several who try at the same instant one succeeds.
func spendLink(tx *store.Tx, hash [32]byte) error {
	n, err := tx.Exec("UPDATE officer_links SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?", tx.Millis(), hash[:], tx.Millis())
	if err != nil {
		return fmt.Errorf("account: spend link: %w", err)
	}
	if n == 0 {
		return ErrLink
	}
	return nil
}

// NewLink makes a new one-time link for an officer who lost the password and
// ends their sessions. The old password works until the link is used.
func (a *Officers) NewLink(ctx context.Context, byID, officerID int64) (Officer, Link, error) {
	var row officerRow
	var link Link
	var hashes [][32]byte
	err := a.store.Write(ctx, func(tx *store.Tx) (err error) {
		var found bool
		row, found, err = findOfficer(tx, "o.id = ?", officerID)
		switch {
		case err != nil:
			return err
		case !found:
			return ErrUnknownOfficer
		case row.Locked:
			return ErrLocked
		}
		if link, err = a.makeLink(tx, officerID); err != nil {
			return err
		}
		if hashes, err = officerSessions().endAll(tx, officerID, [32]byte{}); err != nil {
			return err
		}
		return operation.Record(tx, byID, "officer.link", subject(officerID), "", "")
	})
	a.cache.evict(hashes...)
	return row.officer(), link, err
}

// Accept spends a one-time link, sets its officer's password, ends their other
// sessions and begins one.
func (a *Officers) Accept(ctx context.Context, token, password string) (Session, error) {
	hash, ok := hashToken(token)
	if !ok {
		return Session{}, ErrLink
	}
	row, err := a.ownerOf(ctx, hash)
	if err != nil {
		return Session{}, err
	}
	if row.ID == setUpLink {
		return Session{}, ErrLink
	}
	if err := checkPassword(row.Login, password); err != nil {
		return Session{}, err
	}
	if row.passwordHash, err = a.vault.hash(ctx, password); err != nil {
		return Session{}, err
	}
	var session Session
	var hashes [][32]byte
	err = a.store.Write(ctx, func(tx *store.Tx) (err error) {
		if err := spendLink(tx, hash); err != nil {
			return err
		}
		n, err := tx.Exec("UPDATE officers SET password_hash = ? WHERE id = ? AND locked = 0", row.passwordHash, row.ID)
		if err != nil {
			return fmt.Errorf("account: accept: %w", err)
		}
		if n == 0 {
			return ErrLink
		}
		if hashes, err = officerSessions().endAll(tx, row.ID, [32]byte{}); err != nil {
			return err
		}
		if session, err = a.begin(tx, row.officer()); err != nil {
			return err
		}
		return operation.Record(tx, row.ID, "officer.accept", subject(row.ID), "", "")
	})
	a.cache.evict(hashes...)
	return session, err
}

// SetupToken makes the one-time link of an installation that has no officer
// yet, in place of any earlier one. It gives "" when there is an officer.
func (a *Officers) SetupToken(ctx context.Context) (token string, err error) {
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		token = ""
		if err := mustBeEmpty(tx); err != nil {
			return err
		}
		link, err := a.makeLink(tx, setUpLink)
		token = link.Token
		return err
	})
	if errors.Is(err, ErrSetUp) {
		return "", nil
	}
	return token, err
}

// mustBeEmpty holds the empty table until the commit.
func mustBeEmpty(tx *store.Tx) error {
	if err := tx.Hold("officers.setup"); err != nil {
		return fmt.Errorf("account: set up: %w", err)
	}
	var officers int64
	if _, err := tx.Row("SELECT COUNT(*) FROM officers", nil, &officers); err != nil {
		return fmt.Errorf("account: set up: %w", err)
	}
	if officers > 0 {
		return ErrSetUp
	}
	return nil
}

// SetUp spends the first link: it makes the first administrator and begins a
// session for them.
func (a *Officers) SetUp(ctx context.Context, token, login, name, password string) (Session, error) {
	hash, ok := hashToken(token)
	if !ok {
		return Session{}, ErrLink
	}
	row, err := a.ownerOf(ctx, hash)
	if err != nil {
		return Session{}, err
	}
	if row.ID != setUpLink {
		return Session{}, ErrLink
	}
	login, name = tidyLogin(login), strings.TrimSpace(name)
	roles := []Role{Administrator}
	if err := checkIdentity(login, name, roles); err != nil {
		return Session{}, err
	}
	if err := checkPassword(login, password); err != nil {
		return Session{}, err
	}
	encoded, err := a.vault.hash(ctx, password)
	if err != nil {
		return Session{}, err
	}
	var session Session
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		if err := mustBeEmpty(tx); err != nil {
			return err
		}
		if err := spendLink(tx, hash); err != nil {
			return err
		}
		first, err := insertOfficer(tx, login, name, encoded, roles)
		if err != nil {
			return err
		}
		if session, err = a.begin(tx, first); err != nil {
			return err
		}
		return operation.Record(tx, first.ID, "officer.setup", subject(first.ID), "", "login="+login)
	})
	return session, err
}
