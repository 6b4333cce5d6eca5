package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"nianwei/model/seal"
)

func ring(t *testing.T, keys ...[]byte) *seal.Keyring {
	t.Helper()
	k, err := seal.New(bytes.Repeat([]byte{9}, seal.KeySize), keys...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSeal_OpensOnlyForItsPurposeAndUnchanged(t *testing.T) {
	k := ring(t, seal.NewKey())
	sealed := k.Seal("worker.phone", []byte("13800138000"))
	if bytes.Contains(sealed, []byte("138001")) {
		t.Fatal("the plain text can be read in the sealed bytes")
	}
	plain, err := k.Open("worker.phone", sealed)
	if err != nil || string(plain) != "13800138000" {
		t.Fatalf("got %q, %v", plain, err)
	}
	if _, err := k.Open("worker.name", sealed); !errors.Is(err, seal.ErrOpen) {
		t.Errorf("another purpose: got %v, want ErrOpen", err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := k.Open("worker.phone", changed); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("byte %d changed: got %v, want ErrOpen", i, err)
		}
		if _, err := k.Open("worker.phone", sealed[:i]); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("cut at %d: got %v, want ErrOpen", i, err)
		}
	}
}

func TestSeal_ARotatedRingStillOpensAndFinds(t *testing.T) {
	old, fresh := seal.NewKey(), seal.NewKey()
	before, after := ring(t, old), ring(t, fresh, old)
	sealed := before.Seal("x", []byte("text"))
	if plain, err := after.Open("x", sealed); err != nil || string(plain) != "text" {
		t.Fatalf("got %q, %v", plain, err)
	}
	if !after.Stale(sealed) || after.Stale(after.Seal("x", nil)) {
		t.Error("Stale must tell the old key from the new one")
	}
	if before.Hash("x", []byte("a")) != after.Hash("x", []byte("a")) {
		t.Error("a rotation must not change hashes")
	}
	if _, err := ring(t, fresh).Open("x", sealed); !errors.Is(err, seal.ErrOpen) {
		t.Errorf("without the old key: got %v, want ErrOpen", err)
	}
}

func FuzzOpen(f *testing.F) {
	k, err := seal.New(bytes.Repeat([]byte{9}, seal.KeySize), bytes.Repeat([]byte{1}, seal.KeySize))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(k.Seal("x", []byte("text")))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := k.Open("y", data); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("opened what was never sealed for y: %v", err)
		}
	})
}
