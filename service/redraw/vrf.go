package redraw

import (
	"bytes"
	"crypto/sha512"

	"filippo.io/edwards25519"
)

// The verifiable random function of the witness, RFC 9381
// ECVRF-EDWARDS25519-SHA512-TAI (suite 0x03). Its output beta is unique for a key
// and an input, so the witness cannot choose it, and nobody else can foresee it.

const vrfSuite = 0x03

// VRFProof is pi: Gamma (32), c (16) and s (32).
type VRFProof = [80]byte

// VRFOutput is beta, the only thing a draw may use.
type VRFOutput = [64]byte

// VRFKey is the witness's secret key.
type VRFKey struct {
	x      *edwards25519.Scalar
	nonce  [32]byte
	public [32]byte
}

// NewVRFKey makes the key of a 32-byte seed from crypto/rand.
func NewVRFKey(seed [32]byte) (*VRFKey, error) {
	h := sha512.Sum512(seed[:])
	x, err := edwards25519.NewScalar().SetBytesWithClamping(h[:32])
	if err != nil {
		return nil, ErrVRF.Because(err)
	}
	k := &VRFKey{x: x, nonce: [32]byte(h[32:])}
	copy(k.public[:], edwards25519.NewIdentityPoint().ScalarBaseMult(x).Bytes())
	return k, nil
}

// Public gives the key that the manifest's witness line carries.
func (k *VRFKey) Public() [32]byte { return k.public }

// Prove gives the proof and the output for an input.
func (k *VRFKey) Prove(alpha []byte) (VRFProof, VRFOutput, error) {
	h, err := vrfPoint(k.public, alpha)
	if err != nil {
		return VRFProof{}, VRFOutput{}, err
	}
	gamma := edwards25519.NewIdentityPoint().ScalarMult(k.x, h)
	n, err := edwards25519.NewScalar().SetUniformBytes(sha512Of(k.nonce[:], h.Bytes()))
	if err != nil {
		return VRFProof{}, VRFOutput{}, ErrVRF.Because(err)
	}
	u := edwards25519.NewIdentityPoint().ScalarBaseMult(n)
	v := edwards25519.NewIdentityPoint().ScalarMult(n, h)
	short, c, err := vrfChallenge(k.public, h, gamma, u, v)
	if err != nil {
		return VRFProof{}, VRFOutput{}, err
	}
	var pi VRFProof
	copy(pi[:32], gamma.Bytes())
	copy(pi[32:48], short)
	copy(pi[48:], edwards25519.NewScalar().MultiplyAdd(c, k.x, n).Bytes())
	return pi, vrfOutput(gamma), nil
}

// VerifyVRF checks a proof and gives the output it proves. A key of small order,
// whose output anybody can foresee, is refused like a wrong proof.
func VerifyVRF(public [32]byte, alpha []byte, pi VRFProof) (VRFOutput, error) {
	y, err := vrfDecode(public[:])
	if err != nil || smallOrder(y) {
		return VRFOutput{}, ErrVRF
	}
	gamma, err := vrfDecode(pi[:32])
	if err != nil {
		return VRFOutput{}, err
	}
	c, err := shortScalar(pi[32:48])
	if err != nil {
		return VRFOutput{}, err
	}
	s, err := edwards25519.NewScalar().SetCanonicalBytes(pi[48:])
	if err != nil {
		return VRFOutput{}, ErrVRF.Because(err)
	}
	h, err := vrfPoint(public, alpha)
	if err != nil {
		return VRFOutput{}, err
	}
	minusC := edwards25519.NewScalar().Negate(c)
	u := edwards25519.NewIdentityPoint().VarTimeDoubleScalarBaseMult(minusC, y, s)
	v := edwards25519.NewIdentityPoint().VarTimeMultiScalarMult(
		[]*edwards25519.Scalar{s, minusC}, []*edwards25519.Point{h, gamma})
	short, _, err := vrfChallenge(public, h, gamma, u, v)
	if err != nil || !bytes.Equal(short, pi[32:48]) {
		return VRFOutput{}, ErrVRF
	}
	return vrfOutput(gamma), nil
}

// CheckVRFKey tells whether 32 bytes are a key that a manifest may name.
func CheckVRFKey(public [32]byte) error {
	y, err := vrfDecode(public[:])
	if err != nil || smallOrder(y) {
		return ErrVRF
	}
	return nil
}

// vrfPoint is encode_to_curve, try and increment (RFC 9381, 5.4.1.1).
func vrfPoint(public [32]byte, alpha []byte) (*edwards25519.Point, error) {
	for ctr := range 256 {
		h := sha512Of([]byte{vrfSuite, 1}, public[:], alpha, []byte{byte(ctr), 0})
		p, err := vrfDecode(h[:32])
		if err != nil {
			continue
		}
		if p.MultByCofactor(p); p.Equal(edwards25519.NewIdentityPoint()) == 0 {
			return p, nil
		}
	}
	return nil, ErrVRF
}

func vrfChallenge(public [32]byte, h, gamma, u, v *edwards25519.Point) ([]byte, *edwards25519.Scalar, error) {
	sum := sha512Of([]byte{vrfSuite, 2}, public[:], h.Bytes(), gamma.Bytes(), u.Bytes(), v.Bytes(), []byte{0})
	c, err := shortScalar(sum[:16])
	return sum[:16], c, err
}

func vrfOutput(gamma *edwards25519.Point) VRFOutput {
	p := edwards25519.NewIdentityPoint().MultByCofactor(gamma)
	return VRFOutput(sha512Of([]byte{vrfSuite, 3}, p.Bytes(), []byte{0}))
}

// vrfDecode is RFC 8032, 5.1.3: unlike edwards25519 itself it refuses an encoding
// that is not the canonical one.
func vrfDecode(b []byte) (*edwards25519.Point, error) {
	p, err := edwards25519.NewIdentityPoint().SetBytes(b)
	if err != nil {
		return nil, ErrVRF.Because(err)
	}
	if !bytes.Equal(p.Bytes(), b) {
		return nil, ErrVRF
	}
	return p, nil
}

func smallOrder(p *edwards25519.Point) bool {
	q := edwards25519.NewIdentityPoint().MultByCofactor(p)
	return q.Equal(edwards25519.NewIdentityPoint()) == 1
}

func shortScalar(b []byte) (*edwards25519.Scalar, error) {
	var wide [32]byte
	copy(wide[:], b)
	s, err := edwards25519.NewScalar().SetCanonicalBytes(wide[:])
	if err != nil {
		return nil, ErrVRF.Because(err)
	}
	return s, nil
}

func sha512Of(parts ...[]byte) []byte {
	h := sha512.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
