package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"nianwei/model"
	"nianwei/model/store"
	"nianwei/service/account"
	"nianwei/service/activity"
	"nianwei/service/operation"
)

// adminLink prints a one-time link for an officer whom nobody else can let in again.
func adminLink(ctx context.Context, c call) error {
	if len(c.args) != 2 || c.args[0] != "link" {
		return errUsage
	}
	k, err := open(ctx, c.config, c.err)
	if err != nil {
		return err
	}
	defer func() { _ = k.store.Close() }()
	officers := account.NewOfficers(k.store, account.OfficerConfig{})
	all, err := officers.List(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Login != c.args[1] {
			continue
		}
		_, link, err := officers.NewLink(ctx, 0, o.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.out, "%s/console/#/invitation?token=%s\n", publicURL(c.config, c.config.Listen), link.Token)
		return err
	}
	return fmt.Errorf("there is no officer %q", c.args[1])
}

// export writes a finished round's directory.
func export(ctx context.Context, c call) error {
	if len(c.args) != 2 {
		return errUsage
	}
	k, err := open(ctx, c.config, c.err)
	if err != nil {
		return err
	}
	defer func() { _ = k.store.Close() }()
	var id int64
	err = k.store.Write(ctx, func(tx *store.Tx) error {
		r, err := activity.FindRound(tx, c.args[0])
		if err != nil {
			return err
		}
		id = r.ID
		return operation.Record(tx, 0, "round.export", r.Name, "command line", "")
	})
	if err != nil {
		return err
	}
	files, err := k.desk.Files(ctx, k.store, id)
	if err != nil {
		return err
	}
	dir := filepath.Join(c.args[1], c.args[0])
	if err := files.WriteDir(dir); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, dir)
	return err
}

// errNotRight says that verify found something.
var errNotRight = errors.New("something does not hold")

// verify checks finished rounds, the ledger and the operators' log.
func verify(ctx context.Context, c call) error {
	k, err := open(ctx, c.config, c.err)
	if err != nil {
		return err
	}
	defer func() { _ = k.store.Close() }()
	names := c.args
	if len(names) == 0 {
		if names, err = k.finished(ctx); err != nil {
			return err
		}
	}
	right := true
	for _, name := range names {
		ok, err := k.verifyRound(ctx, c, name)
		if err != nil {
			return err
		}
		right = right && ok
	}
	err = k.store.Read(ctx, func(tx *store.Tx) error {
		bad, err := operation.Verify(tx)
		if err != nil {
			return err
		}
		if bad != 0 {
			right = false
			_, err = fmt.Fprintf(c.out, "FAIL operators' log: line %d was changed\n", bad)
			return err
		}
		_, err = fmt.Fprintln(c.out, "ok   operators' log")
		return err
	})
	if err == nil && !right {
		err = errNotRight
	}
	return err
}

// finished gives the rounds whose draws have ended.
func (k *core) finished(ctx context.Context) (names []string, err error) {
	err = k.store.Read(ctx, func(tx *store.Tx) error {
		var name string
		return tx.Each("SELECT r.name FROM rounds r JOIN draws d ON d.round_id = r.id WHERE r.state = ? AND d.state = 'final' ORDER BY r.id", []any{string(model.RoundFinal)}, []any{&name}, func() error {
			names = append(names, name)
			return nil
		})
	})
	return names, err
}

func (k *core) verifyRound(ctx context.Context, c call, name string) (bool, error) {
	var id int64
	var numbers string
	err := k.store.Read(ctx, func(tx *store.Tx) error {
		r, err := activity.FindRound(tx, name)
		if err != nil {
			return err
		}
		id = r.ID
		numbers, err = activity.CheckNumbers(tx, name)
		return err
	})
	if err != nil {
		return false, err
	}
	checks, err := k.desk.Verify(ctx, k.store, id)
	if err != nil {
		return false, err
	}
	for _, check := range checks {
		if !check.OK {
			_, err := fmt.Fprintf(c.out, "FAIL %s: %s: %s\n", name, check.Title, check.Detail)
			return false, err
		}
	}
	if numbers != "" {
		_, err := fmt.Fprintf(c.out, "FAIL %s: %s\n", name, numbers)
		return false, err
	}
	_, err = fmt.Fprintf(c.out, "ok   %s (%d checks)\n", name, len(checks)+1)
	return true, err
}

// healthcheck asks the server on this machine whether it is ready.
func healthcheck(ctx context.Context, c call) error {
	_, port, err := net.SplitHostPort(c.config.Listen)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	return nil
}
