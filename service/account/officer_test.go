package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/account"
)

func asFault(err error) (*fault.Fault, bool) {
	var f *fault.Fault
	return f, errors.As(err, &f)
}

func TestSetUp_HappensOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old, err := w.officers.SetupToken(w.ctx)
		must(t, err)
		token, err := w.officers.SetupToken(w.ctx)
		must(t, err)
		_, err = w.officers.SetUp(w.ctx, old, "admin.wang", "王", password)
		wants(t, "a replaced link", err, account.ErrLink)
		errs := race(10, func(i int) error {
			_, err := w.officers.SetUp(w.ctx, token, fmt.Sprintf("admin%d", i), "王", password)
			return err
		})
		if won := tally(t, errs, account.ErrLink, account.ErrSetUp); won != 1 {
			t.Errorf("%d won", won)
		}
		if token, err := w.officers.SetupToken(w.ctx); err != nil || token != "" {
			t.Errorf("afterwards: token %q, %v", token, err)
		}
		if n := count(w, "SELECT COUNT(*) FROM officers"); n != 1 {
			t.Errorf("%d officers", n)
		}
	})
}

func TestSetUp_TheLinkEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		token, err := w.officers.SetupToken(w.ctx)
		must(t, err)
		_, err = w.officers.Accept(w.ctx, token, password)
		wants(t, "as an invitation", err, account.ErrLink)
		w.pass(72 * time.Hour)
		_, err = w.officers.SetUp(w.ctx, token, "admin.wang", "王", password)
		wants(t, "after 72 hours", err, account.ErrLink)
	})
}

func TestPassword_IsRefusedWhenItWouldBeGuessed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		token, err := w.officers.SetupToken(w.ctx)
		must(t, err)
		for password, want := range map[string]error{
			"short":                  account.ErrPasswordShort,
			"一二三四五六七八九十一":            account.ErrPasswordShort,
			strings.Repeat("a", 201): account.ErrPasswordLong,
			"ADMIN.ZHENJIANG":        account.ErrPasswordLogin,
			"Qwertyuiop123":          account.ErrPasswordCommon,
			"ababababababab":         account.ErrPasswordCommon,
		} {
			_, err := w.officers.SetUp(w.ctx, token, "admin.zhenjiang", "王", password)
			wants(t, password, err, want)
		}
		_, err = w.officers.SetUp(w.ctx, token, "9x", "", "correct horse battery")
		if f, ok := asFault(err); !ok || !errors.Is(err, account.ErrInvalid) || len(f.Fields) != 2 {
			t.Errorf("a wrong login and no name: got %v", err)
		}
		_, err = w.officers.SetUp(w.ctx, token, "admin.zhenjiang", "王", "correct horse battery")
		must(t, err)
	})
}

func TestSignIn_TellsNobodyWhatWasWrong(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first()
		_, _, err := w.officers.Create(w.ctx, admin.Officer.ID, "invited", "某", []account.Role{account.Auditor})
		must(t, err)
		for _, c := range [][2]string{{"admin.wang", "wrong"}, {"nobody", password}, {"invited", password}, {"invited", ""}, {"", ""}} {
			_, err := w.officers.SignIn(w.ctx, c[0], c[1], ip)
			if fmt.Sprint(err) != account.ErrWrongPassword.Error() {
				t.Errorf("%v: got %v", c, err)
			}
		}
		s, err := w.officers.SignIn(w.ctx, " Admin.Wang ", password, ip)
		must(t, err)
		o, err := w.officers.Officer(w.ctx, s.Token)
		must(t, err)
		if o.Login != "admin.wang" || !o.Has(account.Administrator) || o.Has(account.Auditor, account.Drawer) || o.SessionHash != s.Officer.SessionHash {
			t.Errorf("officer %+v", o)
		}
		w.pass(12 * time.Hour)
		_, err = w.officers.Officer(w.ctx, s.Token)
		wants(t, "after 12 hours", err, account.ErrSession)
	})
}

func TestSignIn_LimitsGuesses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.first()
		for i := range 10 {
			_, err := w.officers.SignIn(w.ctx, "admin.wang", "wrong", fmt.Sprintf("10.0.0.%d", i))
			wants(t, "a wrong one", err, account.ErrWrongPassword)
		}
		_, err := w.officers.SignIn(w.ctx, "admin.wang", password, ip)
		wants(t, "the right one too late", err, account.ErrTooManySignIns)
		if f, _ := asFault(err); f.RetryAfter <= 0 {
			t.Error("does not say when to come back")
		}
		for i := range 50 {
			_, err := w.officers.SignIn(w.ctx, fmt.Sprintf("someone%d", i), "wrong", ip)
			wants(t, "many logins", err, account.ErrWrongPassword)
		}
		_, err = w.officers.SignIn(w.ctx, "another", "wrong", ip)
		wants(t, "from one address", err, account.ErrTooManySignIns)
		w.pass(15 * time.Minute)
		for range 60 {
			_, err = w.officers.SignIn(w.ctx, "admin.wang", password, ip)
			must(t, err)
		}
	})
}

func TestAccept_OfTenWithOneLinkOneWins(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first()
		_, link, err := w.officers.Create(w.ctx, admin.Officer.ID, "chen", "陈", []account.Role{account.Drawer, account.Organiser})
		must(t, err)
		errs := race(10, func(int) error { _, err := w.officers.Accept(w.ctx, link.Token, password); return err })
		if won := tally(t, errs, account.ErrLink); won != 1 {
			t.Errorf("%d won", won)
		}
		_, _, err = w.officers.Create(w.ctx, admin.Officer.ID, "Chen", "陈", []account.Role{account.Drawer})
		wants(t, "the same login", err, account.ErrLoginTaken)
		_, _, err = w.officers.Create(w.ctx, admin.Officer.ID, "zhao", "赵", []account.Role{"king"})
		wants(t, "no such role", err, account.ErrInvalid)
	})
}

func TestNewLink_ReplacesTheOldOneAndEndsSessions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first()
		chen := w.hire(admin, "chen", account.Auditor)
		_, err := w.officers.Officer(w.ctx, chen.Token)
		must(t, err)
		_, first, err := w.officers.NewLink(w.ctx, admin.Officer.ID, chen.Officer.ID)
		must(t, err)
		_, second, err := w.officers.NewLink(w.ctx, admin.Officer.ID, chen.Officer.ID)
		must(t, err)
		_, err = w.officers.Officer(w.ctx, chen.Token)
		wants(t, "the session", err, account.ErrSession)
		_, err = w.officers.Accept(w.ctx, first.Token, password+"1")
		wants(t, "the first link", err, account.ErrLink)
		_, err = w.officers.Accept(w.ctx, second.Token, password+"2")
		must(t, err)
		_, err = w.officers.SignIn(w.ctx, "chen", password+"2", ip)
		must(t, err)
		_, _, err = w.officers.NewLink(w.ctx, admin.Officer.ID, 999)
		wants(t, "nobody", err, account.ErrUnknownOfficer)
	})
}

func TestChangePassword_EndsTheOtherSessions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine := w.first()
		other, err := w.officers.SignIn(w.ctx, "admin.wang", password, ip)
		must(t, err)
		_, err = w.officers.Officer(w.ctx, other.Token)
		must(t, err)
		wants(t, "a wrong old one", w.officers.ChangePassword(w.ctx, mine.Officer, "wrong", password+"!", ip), account.ErrOldPassword)
		wants(t, "a weak new one", w.officers.ChangePassword(w.ctx, mine.Officer, password, "123456789012", ip), account.ErrPasswordCommon)
		must(t, w.officers.ChangePassword(w.ctx, mine.Officer, password, password+"!", ip))
		_, err = w.officers.Officer(w.ctx, mine.Token)
		must(t, err)
		_, err = w.officers.Officer(w.ctx, other.Token)
		wants(t, "the other session", err, account.ErrSession)
		_, err = w.officers.SignIn(w.ctx, "admin.wang", password, ip)
		wants(t, "the old password", err, account.ErrWrongPassword)
		must(t, w.officers.SignOut(w.ctx, mine.Officer.SessionHash))
		_, err = w.officers.Officer(w.ctx, mine.Token)
		wants(t, "after signing out", err, account.ErrSession)
	})
}

func TestChange_ALockCountsAtOnceAndIsLogged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := w.first()
		chen := w.hire(admin, "chen", account.Finance)
		_, err := w.officers.Officer(w.ctx, chen.Token)
		must(t, err)
		name, yes, no := "陈会计", true, false
		o, err := w.officers.Change(w.ctx, admin.Officer.ID, chen.Officer.ID, account.Change{Name: &name, Roles: []account.Role{account.Auditor}})
		must(t, err)
		if o.Name != name || !o.Has(account.Auditor) || o.Has(account.Finance) {
			t.Errorf("changed to %+v", o)
		}
		if o, err = w.officers.Officer(w.ctx, chen.Token); err != nil || !o.Has(account.Auditor) {
			t.Errorf("the session does not know the new role: %+v, %v", o, err)
		}
		_, err = w.officers.Change(w.ctx, admin.Officer.ID, chen.Officer.ID, account.Change{Locked: &yes})
		must(t, err)
		_, err = w.officers.Officer(w.ctx, chen.Token)
		wants(t, "the session of a locked officer", err, account.ErrSession)
		_, err = w.officers.SignIn(w.ctx, "chen", password, ip)
		wants(t, "signing in", err, account.ErrLocked)
		_, err = w.officers.SignIn(w.ctx, "chen", "wrong", ip)
		wants(t, "signing in with a wrong password", err, account.ErrWrongPassword)
		_, err = w.officers.Change(w.ctx, admin.Officer.ID, chen.Officer.ID, account.Change{Locked: &no})
		must(t, err)
		_, err = w.officers.SignIn(w.ctx, "chen", password, ip)
		must(t, err)
		_, err = w.officers.Change(w.ctx, admin.Officer.ID, 999, account.Change{Locked: &yes})
		wants(t, "nobody", err, account.ErrUnknownOfficer)
		_, err = w.officers.Change(w.ctx, admin.Officer.ID, chen.Officer.ID, account.Change{Roles: []account.Role{}})
		wants(t, "no role at all", err, account.ErrInvalid)
		want := "[roster.import officer.setup officer.create officer.accept officer.change officer.change officer.change]"
		if got := fmt.Sprint(w.actions()); got != want {
			t.Errorf("log %s, want %s", got, want)
		}
	})
}

func TestChange_TheLastAdministratorStays(t *testing.T) {
	yes := true
	each(t, func(t *testing.T, w *world) {
		admin := w.first()
		_, invited, err := w.officers.Create(w.ctx, admin.Officer.ID, "later", "后来", []account.Role{account.Administrator})
		must(t, err)
		for what, c := range map[string]account.Change{"lock": {Locked: &yes}, "strip": {Roles: []account.Role{account.Auditor}}} {
			_, err := w.officers.Change(w.ctx, admin.Officer.ID, admin.Officer.ID, c)
			wants(t, what+" with only an invited one beside", err, account.ErrLastAdmin)
		}
		second, err := w.officers.Accept(w.ctx, invited.Token, password)
		must(t, err)
		// Both lock each other at the same instant.
		ids := []int64{admin.Officer.ID, second.Officer.ID}
		errs := race(2, func(i int) error {
			_, err := w.officers.Change(w.ctx, ids[i], ids[1-i], account.Change{Locked: &yes})
			return err
		})
		if won := tally(t, errs, account.ErrLastAdmin); won != 1 {
			t.Errorf("%d won", won)
		}
	})
}

func TestStorage_HoldsNoPasswordAndNoToken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := w.first()
		must(t, w.store.Read(w.ctx, func(tx *store.Tx) error {
			var hash string
			_, err := tx.Row("SELECT password_hash FROM officers", nil, &hash)
			if !strings.HasPrefix(hash, "$argon2id$v=19$m=8,t=1,p=1$") || strings.Contains(hash, "horse") {
				t.Errorf("stored %q", hash)
			}
			var kept []byte
			if _, err := tx.Row("SELECT token_hash FROM officer_sessions", nil, &kept); err != nil {
				return err
			}
			if string(kept) != string(s.Officer.SessionHash[:]) {
				t.Error("the session is not kept by its hash")
			}
			return err
		}))
		officers, err := w.officers.List(w.ctx)
		must(t, err)
		if len(officers) != 1 || officers[0].Invited || officers[0].SeenAt != eight {
			t.Errorf("officers %+v", officers)
		}
	})
}
