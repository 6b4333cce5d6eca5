package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"nianwei/config"
	"nianwei/model/seal"
	"nianwei/service/redraw"
)

// keyFiles are the files of DataDir/keys, where the sandbox keeps what
// production is given by configuration.
const (
	sealKeyFile  = "seal.key"
	hashKeyFile  = "hash.key"
	signKeyFile  = "organiser.key"
	verifierFile = "organiser.pub"
)

// secrets gives the installation's keys: the configured ones, or in the
// sandbox those that the first start made.
func secrets(c config.Config) (config.Secrets, error) {
	s := c.Secrets
	dir := filepath.Join(c.DataDir, "keys")
	if len(s.SealKeys) == 0 {
		key, err := keep(dir, sealKeyFile, randomKey)
		if err != nil {
			return s, err
		}
		s.SealKeys = []string{key}
	}
	var err error
	if s.HashKey == "" {
		if s.HashKey, err = keep(dir, hashKeyFile, randomKey); err != nil {
			return s, err
		}
	}
	if s.SigningKey == "" {
		return signingPair(s, dir, c.Origin)
	}
	return s, nil
}

// signingPair keeps both halves in one step each; the public half is written
// first, so that a crash between them leaves no secret without its key.
func signingPair(s config.Secrets, dir, origin string) (config.Secrets, error) {
	secret, verifier, err := redraw.GenerateKey(rand.Reader, origin)
	if err != nil {
		return s, fmt.Errorf("make signing key: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, signKeyFile)); errors.Is(err, fs.ErrNotExist) {
		if err := os.Remove(filepath.Join(dir, verifierFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return s, err
		}
	}
	if s.Verifier, err = keep(dir, verifierFile, func() string { return verifier }); err != nil {
		return s, err
	}
	s.SigningKey, err = keep(dir, signKeyFile, func() string { return secret })
	return s, err
}

func randomKey() string { return hex.EncodeToString(seal.NewKey()) }

// keep gives the content of a key file, making it when it does not exist.
func keep(dir, name string, fresh func() string) (string, error) {
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	key := fresh()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(key + "\n")
	return key, errors.Join(err, f.Sync(), f.Close())
}

// keyring makes the keyring of these secrets.
func keyring(s config.Secrets) (*seal.Keyring, error) {
	hash, err := seal.ParseKey(s.HashKey)
	if err != nil {
		return nil, err
	}
	keys := make([][]byte, len(s.SealKeys))
	for i, text := range s.SealKeys {
		if keys[i], err = seal.ParseKey(text); err != nil {
			return nil, err
		}
	}
	return seal.New(hash, keys...)
}

// configure checks the configuration, or makes keys for one.
func configure(_ context.Context, c call) error {
	switch strings.Join(c.args, " ") {
	case "check":
		_, err := fmt.Fprintln(c.out, "The configuration is right.")
		return err
	case "keys":
		secret, verifier, err := redraw.GenerateKey(rand.Reader, c.config.Origin)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.out, "secrets:\n  sealKeys: [%s]\n  hashKey: %s\n  signingKey: %q\n  verifier: %q\n", randomKey(), randomKey(), secret, verifier)
		return err
	}
	return errUsage
}
