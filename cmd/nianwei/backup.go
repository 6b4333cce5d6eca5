package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What stands in a backup, relative to the data directory.
const (
	backupDatabase = "nianwei.db"
	backupKeys     = "keys"
	backupMedia    = "media"
)

var errMySQLBackup = errors.New("a MySQL database is backed up with its own tools (docs/operations.md): mariadb-dump --single-transaction, or a replica")

// backup writes a consistent copy of the database, the keys and the media into
// one ZIP, while the product runs.
func backup(ctx context.Context, c call) (err error) {
	if len(c.args) != 1 {
		return errUsage
	}
	path, ok := strings.CutPrefix(databaseURL(c.config), "sqlite:")
	if !ok {
		return errMySQLBackup
	}
	k, err := open(ctx, c.config, c.err)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.store.Close()) }()
	temp, err := os.MkdirTemp(filepath.Dir(path), ".backup-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	copied := filepath.Join(temp, backupDatabase)
	if err := k.store.CopyTo(ctx, copied); err != nil {
		return err
	}
	out, err := os.OpenFile(c.args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	z := zip.NewWriter(out)
	err = addFile(z, copied, backupDatabase)
	for _, dir := range []string{backupKeys, backupMedia} {
		err = errors.Join(err, addTree(z, c.config.DataDir, dir))
	}
	return errors.Join(err, z.Close(), out.Sync(), out.Close())
}

func addFile(z *zip.Writer, path, name string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}

func addTree(z *zip.Writer, root, dir string) error {
	return filepath.WalkDir(filepath.Join(root, dir), func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return addFile(z, path, filepath.ToSlash(name))
	})
}

// restore puts a backup into a data directory that has no database yet.
func restore(_ context.Context, c call) (err error) {
	if len(c.args) != 1 {
		return errUsage
	}
	if _, ok := strings.CutPrefix(databaseURL(c.config), "sqlite:"); !ok {
		return errMySQLBackup
	}
	database := filepath.Join(c.config.DataDir, backupDatabase)
	if _, err := os.Stat(database); err == nil {
		return fmt.Errorf("%s exists: a backup is never restored over a database", database)
	}
	z, err := zip.OpenReader(c.args[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	if err := os.MkdirAll(c.config.DataDir, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(c.config.DataDir) // nothing in the file can reach outside
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	for _, f := range z.File {
		if err := restoreFile(root, f); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

func restoreFile(root *os.Root, f *zip.File) error {
	if err := root.MkdirAll(filepath.Dir(f.Name), 0o700); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := root.OpenFile(f.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in) //nolint:gosec // the operator's own backup, of whatever size it is
	return errors.Join(err, out.Sync(), out.Close())
}
