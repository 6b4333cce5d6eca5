package main

import (
	"bytes"
	"crypto/sha512"
	"errors"

	"filippo.io/edwards25519"
)

// The suite string and domain separators of ECVRF-EDWARDS25519-SHA512-TAI
// (RFC 9381, sections 5.4 and 5.5).
const (
	vrfSuite      = 0x03
	vrfEncode     = 0x01
	vrfChallenge  = 0x02
	vrfOutput     = 0x03
	vrfEnd        = 0x00
	vrfProofSize  = 80
	vrfOutputSize = 64
)

var (
	errVRFKey   = errors.New("not a VRF public key")
	errVRFProof = errors.New("not a VRF proof")
	errVRFWrong = errors.New("the VRF proof does not belong to this key and this head")
)

// vrfVerify returns beta when pi proves that the holder of key computed it from
// alpha. There is exactly one beta for a key and alpha, which is why the witness
// cannot choose.
func vrfVerify(key, alpha, pi []byte) ([vrfOutputSize]byte, error) {
	y, err := decodePoint(key)
	if err != nil || isSmall(y) {
		return [vrfOutputSize]byte{}, errVRFKey
	}
	gamma, c, s, err := decodeProof(pi)
	if err != nil {
		return [vrfOutputSize]byte{}, err
	}
	h, err := encodeToCurve(key, alpha)
	if err != nil {
		return [vrfOutputSize]byte{}, err
	}
	minusC := edwards25519.NewScalar().Negate(c)
	u := new(edwards25519.Point).VarTimeDoubleScalarBaseMult(minusC, y, s)
	v := new(edwards25519.Point).VarTimeMultiScalarMult(
		[]*edwards25519.Scalar{s, minusC}, []*edwards25519.Point{h, gamma})
	if !bytes.Equal(challenge(y, h, gamma, u, v), pi[32:48]) {
		return [vrfOutputSize]byte{}, errVRFWrong
	}
	return proofToHash(gamma), nil
}

func decodePoint(b []byte) (*edwards25519.Point, error) {
	p, err := new(edwards25519.Point).SetBytes(b)
	if err != nil || !bytes.Equal(p.Bytes(), b) {
		return nil, errVRFProof
	}
	return p, nil
}

func isSmall(p *edwards25519.Point) bool {
	return new(edwards25519.Point).MultByCofactor(p).Equal(edwards25519.NewIdentityPoint()) == 1
}

func decodeProof(pi []byte) (gamma *edwards25519.Point, c, s *edwards25519.Scalar, err error) {
	if len(pi) != vrfProofSize {
		return nil, nil, nil, errVRFProof
	}
	if gamma, err = decodePoint(pi[:32]); err != nil {
		return nil, nil, nil, err
	}
	var wide [32]byte
	copy(wide[:], pi[32:48])
	if c, err = edwards25519.NewScalar().SetCanonicalBytes(wide[:]); err != nil {
		return nil, nil, nil, errVRFProof
	}
	if s, err = edwards25519.NewScalar().SetCanonicalBytes(pi[48:]); err != nil {
		return nil, nil, nil, errVRFProof
	}
	return gamma, c, s, nil
}

// encodeToCurve is try-and-increment (RFC 9381, 5.4.1.1). Half of all tries
// succeed, so 256 failures do not happen.
func encodeToCurve(key, alpha []byte) (*edwards25519.Point, error) {
	for counter := range 256 {
		h := sha512.New()
		h.Write([]byte{vrfSuite, vrfEncode})
		h.Write(key)
		h.Write(alpha)
		h.Write([]byte{byte(counter), vrfEnd})
		p, err := decodePoint(h.Sum(nil)[:32])
		if err == nil && !isSmall(p) {
			return p.MultByCofactor(p), nil
		}
	}
	return nil, errVRFWrong
}

func challenge(points ...*edwards25519.Point) []byte {
	h := sha512.New()
	h.Write([]byte{vrfSuite, vrfChallenge})
	for _, p := range points {
		h.Write(p.Bytes())
	}
	h.Write([]byte{vrfEnd})
	return h.Sum(nil)[:16]
}

func proofToHash(gamma *edwards25519.Point) [vrfOutputSize]byte {
	h := sha512.New()
	h.Write([]byte{vrfSuite, vrfOutput})
	h.Write(new(edwards25519.Point).MultByCofactor(gamma).Bytes())
	h.Write([]byte{vrfEnd})
	return [vrfOutputSize]byte(h.Sum(nil))
}
