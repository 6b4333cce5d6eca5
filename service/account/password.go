package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed" // common_passwords.txt
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// PasswordCost is what one guess costs: argon2id's parameters.
type PasswordCost struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultPasswordCost is above the first choice of the OWASP password storage
// cheat sheet (46 MiB, one pass) and takes about a tenth of a second.
func DefaultPasswordCost() PasswordCost {
	return PasswordCost{MemoryKiB: 64 << 10, Passes: 2, Threads: 1}
}

const (
	saltSize = 16
	hashSize = 32

	minPassword = 12  // characters
	maxPassword = 200 // characters
)

// vault hashes and compares passwords, a few at a time: each takes
// PasswordCost.MemoryKiB, which a crowd must not multiply.
type vault struct {
	cost  PasswordCost
	slots chan struct{}
	dummy string // compared with when there is no officer, so that both take as long
}

func newVault(cost PasswordCost, atOnce int) *vault {
	v := &vault{cost: cost, slots: make(chan struct{}, atOnce)}
	v.dummy = v.phc(make([]byte, saltSize), make([]byte, hashSize)) // need not be anybody's: to compare with it costs the same
	return v
}

// enter waits for a free slot as long as the request lives.
func (v *vault) enter(ctx context.Context) (leave func(), err error) {
	select {
	case v.slots <- struct{}{}:
		return func() { <-v.slots }, nil
	case <-ctx.Done():
		return nil, ErrBusy.Because(ctx.Err())
	}
}

// hash gives what is kept of a password, in PHC string format.
func (v *vault) hash(ctx context.Context, password string) (string, error) {
	leave, err := v.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // crypto/rand.Read never fails (Go 1.24)
	return v.phc(salt, argon2.IDKey([]byte(password), salt, v.cost.Passes, v.cost.MemoryKiB, v.cost.Threads, hashSize)), nil
}

func (v *vault) phc(salt, sum []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, v.cost.MemoryKiB, v.cost.Passes, v.cost.Threads, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// matches compares a password with what is kept of one. An empty hash, that of
// nobody, costs as much and never matches.
func (v *vault) matches(ctx context.Context, encoded, password string) (bool, error) {
	leave, err := v.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	nobody := encoded == ""
	if nobody {
		encoded = v.dummy
	}
	cost, salt, want, err := parsePHC(encoded)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey([]byte(password), salt, cost.Passes, cost.MemoryKiB, cost.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && !nobody, nil
}

func parsePHC(encoded string) (cost PasswordCost, salt, hash []byte, err error) {
	malformed := errors.New("account: a stored password is not argon2id in PHC format")
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, malformed
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.MemoryKiB, &cost.Passes, &cost.Threads); err != nil {
		return cost, nil, nil, malformed
	}
	if cost.MemoryKiB > 1<<20 || cost.Passes == 0 || cost.Passes > 20 || cost.Threads == 0 {
		return cost, nil, nil, malformed
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	hash, hashErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || hashErr != nil || len(hash) < 16 || len(hash) > 64 {
		return cost, nil, nil, malformed
	}
	return cost, salt, hash, nil
}

//go:embed common_passwords.txt
var commonPasswords string

// checkPassword refuses a new password that would be guessed soon: short,
// common, or the login. It asks for no kinds of characters, as NIST SP 800-63B
// section 5.1.1.2 recommends.
func checkPassword(login, password string) error {
	lower := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return ErrPasswordShort
	case n > maxPassword:
		return ErrPasswordLong
	case lower == strings.ToLower(login):
		return ErrPasswordLogin
	case fewCharacters(lower):
		return ErrPasswordCommon
	}
	for common := range strings.Lines(commonPasswords) {
		if strings.TrimSpace(common) == lower {
			return ErrPasswordCommon
		}
	}
	return nil
}

// fewCharacters tells passwords of at most three characters over and over.
func fewCharacters(password string) bool {
	kinds := map[rune]bool{}
	for _, r := range password {
		kinds[r] = true
	}
	return len(kinds) <= 3
}
