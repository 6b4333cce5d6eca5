package account

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/model/store"
)

// Role is what an officer may do.
type Role string

// The roles of officers 后台人员.
const (
	Administrator Role = "administrator" // 管理员
	Organiser     Role = "organiser"     // 组织者
	Drawer        Role = "drawer"        // 开奖员
	Auditor       Role = "auditor"       // 经审
	Finance       Role = "finance"       // 财务
)

// Valid tells whether there is such a role.
func (r Role) Valid() bool {
	return slices.Contains([]Role{Administrator, Organiser, Drawer, Auditor, Finance}, r)
}

// Officer is one of the people in the console.
type Officer struct {
	ID          int64
	Login       string
	Name        string
	Roles       []Role
	Locked      bool
	Invited     bool  // has not chosen a password yet
	SeenAt      int64 // of the last sign-in, unix milliseconds; 0 = never
	SessionHash [32]byte
}

// Has tells whether an officer has any of the roles.
func (o Officer) Has(oneOf ...Role) bool {
	return slices.ContainsFunc(oneOf, func(r Role) bool { return slices.Contains(o.Roles, r) })
}

// governs tells whether an officer could sign in and make administrators.
func (o Officer) governs() bool { return o.Has(Administrator) && !o.Locked && !o.Invited }

// Session is a session that has just begun: the token is never told again.
type Session struct {
	Token     string
	ExpiresAt int64 // unix milliseconds
	Officer   Officer
}

// OfficerConfig is what the officers' side can be told. What is zero is the default.
type OfficerConfig struct {
	SessionLife time.Duration // default 12 h, whether used or not
	LinkLife    time.Duration // of one-time links; default 72 h
	CacheLife   time.Duration // how long another server may still let in who was locked; default 5 s
	Cost        PasswordCost
	AtOnce      int // passwords that are hashed at the same time; default 2

	SignInsPerLogin   Allowance // wrong ones; default 10 in 15 minutes
	SignInsPerAddress Allowance // wrong ones; default 50 in 15 minutes
}

func (c OfficerConfig) orDefault() OfficerConfig {
	return OfficerConfig{
		SessionLife:       cmp.Or(c.SessionLife, 12*time.Hour),
		LinkLife:          cmp.Or(c.LinkLife, 72*time.Hour),
		CacheLife:         cmp.Or(c.CacheLife, 5*time.Second),
		Cost:              cmp.Or(c.Cost, DefaultPasswordCost()),
		AtOnce:            cmp.Or(c.AtOnce, 2),
		SignInsPerLogin:   cmp.Or(c.SignInsPerLogin, Allowance{10, 15 * time.Minute}),
		SignInsPerAddress: cmp.Or(c.SignInsPerAddress, Allowance{50, 15 * time.Minute}),
	}
}

// officerCache is far above the number of officers of any union.
const officerCache = 10_000

// Officers lets officers in and looks after their accounts. It is safe for
// concurrent use.
type Officers struct {
	store  *store.Store
	config OfficerConfig
	vault  *vault
	cache  *cache[Officer]
}

// NewOfficers makes the officers' side.
func NewOfficers(s *store.Store, c OfficerConfig) *Officers {
	c = c.orDefault()
	return &Officers{store: s, config: c, vault: newVault(c.Cost, c.AtOnce), cache: newCache[Officer](s.Clock(), c.CacheLife, officerCache)}
}

const officerColumns = "o.id, o.login, o.name, o.password_hash, o.roles, o.locked, COALESCE(o.seen_at, 0)"

// officerRow is an officer as the database has them.
type officerRow struct {
	Officer
	passwordHash, roles string
}

func (r *officerRow) dest() []any {
	return []any{&r.ID, &r.Login, &r.Name, &r.passwordHash, &r.roles, &r.Locked, &r.SeenAt}
}

func (r *officerRow) officer() Officer {
	o := r.Officer
	o.Invited, o.Roles = r.passwordHash == "", nil
	for name := range strings.SplitSeq(r.roles, ",") {
		if name != "" {
			o.Roles = append(o.Roles, Role(name))
		}
	}
	return o
}

func joinRoles(roles []Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ",")
}

// findOfficer reads one officer by a condition on o.
func findOfficer(tx *store.Tx, where string, arg any) (r officerRow, found bool, err error) {
	found, err = tx.Row("SELECT "+officerColumns+" FROM officers o WHERE "+where, []any{arg}, r.dest()...)
	if err != nil {
		return officerRow{}, false, fmt.Errorf("account: officer: %w", err)
	}
	return r, found, nil
}

// Officer gives whose session a token is, or ErrSession.
func (a *Officers) Officer(ctx context.Context, token string) (Officer, error) {
	hash, ok := hashToken(token)
	if !ok {
		return Officer{}, ErrSession
	}
	o, epoch, ok := a.cache.get(hash)
	if ok {
		return o, nil
	}
	var row officerRow
	var expiresAt int64
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.Row("SELECT "+officerColumns+`, s.expires_at FROM officer_sessions s JOIN officers o ON o.id = s.officer_id
			WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND o.locked = 0`, []any{hash[:], tx.Millis()}, append(row.dest(), &expiresAt)...)
		if err != nil {
			return fmt.Errorf("account: session: %w", err)
		}
		if !found {
			return ErrSession
		}
		return nil
	})
	if err != nil {
		return Officer{}, err
	}
	o = row.officer()
	o.SessionHash = hash
	a.cache.put(hash, epoch, o, expiresAt)
	return o, nil
}

// SignIn begins a session. It takes as long for a login that nobody has, and
// tells nobody which of login and password was wrong.
func (a *Officers) SignIn(ctx context.Context, login, password, ip string) (Session, error) {
	login = tidyLogin(login)
	tries := a.signInTries(login, ip)
	if err := spend(ctx, a.store, ErrTooManySignIns, tries...); err != nil {
		return Session{}, err
	}
	row, err := a.byLogin(ctx, login)
	if err != nil {
		return Session{}, err
	}
	ok, err := a.vault.matches(ctx, row.passwordHash, password)
	switch {
	case err != nil:
		return Session{}, err
	case !ok:
		return Session{}, ErrWrongPassword
	case row.Locked:
		return Session{}, ErrLocked
	}
	var session Session
	err = a.store.Write(ctx, func(tx *store.Tx) (err error) {
		// The password may have been changed while it was compared.
		n, err := tx.Exec("UPDATE officers SET locked = 0 WHERE id = ? AND locked = 0 AND password_hash = ?", row.ID, row.passwordHash)
		if err != nil {
			return fmt.Errorf("account: sign in: %w", err)
		}
		if n == 0 {
			return ErrWrongPassword
		}
		if session, err = a.begin(tx, row.officer()); err != nil {
			return err
		}
		return refund(tx, tries...)
	})
	return session, err
}

func (a *Officers) signInTries(login, ip string) []try {
	sum := sha256.Sum256([]byte(login)) // what somebody typed may be long, or a password
	return []try{
		{"sign-in/login/" + hex.EncodeToString(sum[:16]), a.config.SignInsPerLogin},
		{"sign-in/address/" + network(ip), a.config.SignInsPerAddress},
	}
}

func (a *Officers) byLogin(ctx context.Context, login string) (row officerRow, err error) {
	err = a.store.Read(ctx, func(tx *store.Tx) (err error) {
		row, _, err = findOfficer(tx, "o.login = ?", login)
		return err
	})
	return row, err
}

// begin makes a session within the transaction.
func (a *Officers) begin(tx *store.Tx, o Officer) (Session, error) {
	token, hash := newToken()
	o.SessionHash, o.SeenAt = hash, tx.Millis()
	expiresAt := clock.Millis(tx.Now.Add(a.config.SessionLife))
	if err := officerSessions().begin(tx, hash, o.ID, expiresAt); err != nil {
		return Session{}, err
	}
	if _, err := tx.Exec("UPDATE officers SET seen_at = ? WHERE id = ?", o.SeenAt, o.ID); err != nil {
		return Session{}, fmt.Errorf("account: begin session: %w", err)
	}
	return Session{Token: token, ExpiresAt: expiresAt, Officer: o}, nil
}

// SignOut ends one session.
func (a *Officers) SignOut(ctx context.Context, sessionHash [32]byte) error {
	err := a.store.Write(ctx, func(tx *store.Tx) error { return officerSessions().end(tx, sessionHash) })
	a.cache.evict(sessionHash)
	return err
}

// List gives all officers by login.
func (a *Officers) List(ctx context.Context) (officers []Officer, err error) {
	err = a.store.Read(ctx, func(tx *store.Tx) error {
		var row officerRow
		return tx.Each("SELECT "+officerColumns+" FROM officers o ORDER BY o.login", nil, row.dest(), func() error {
			officers = append(officers, row.officer())
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("account: officers: %w", err)
	}
	return officers, nil
}

func tidyLogin(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

// checkIdentity names what is wrong with a new officer's login, name and roles.
func checkIdentity(login, name string, roles []Role) error {
	fields := append(checkName(name), checkRoles(roles)...)
	if !loginShape(login) {
		fields = append(fields, fault.Field{Path: "/login", Reason: "malformed", Detail: "登录名为 3 到 32 个字符，以小写字母开头，只含小写字母、数字和 . _ -。"})
	}
	if len(fields) > 0 {
		return ErrInvalid.With(fields...)
	}
	return nil
}

func checkName(name string) (fields []fault.Field) {
	if n := utf8.RuneCountInString(strings.TrimSpace(name)); n == 0 || n > 40 {
		fields = append(fields, fault.Field{Path: "/name", Reason: "length", Detail: "姓名应为 1 到 40 个字。"})
	}
	return fields
}

func checkRoles(roles []Role) (fields []fault.Field) {
	if len(roles) == 0 {
		fields = append(fields, fault.Field{Path: "/roles", Reason: "required", Detail: "请至少选择一个角色。"})
	}
	for i, r := range roles {
		if !r.Valid() {
			fields = append(fields, fault.Field{Path: fmt.Sprintf("/roles/%d", i), Reason: "unknown", Detail: "没有这个角色。"})
		}
	}
	return fields
}

// loginShape holds for ^[a-z][a-z0-9._-]{2,31}$.
func loginShape(login string) bool {
	if len(login) < 3 || len(login) > 32 || login[0] < 'a' || login[0] > 'z' {
		return false
	}
	return !strings.ContainsFunc(login, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789._-", r)
	})
}

// SessionLife tells how long a session lasts, for the cookie that carries it.
func (a *Officers) SessionLife() time.Duration { return a.config.SessionLife }
