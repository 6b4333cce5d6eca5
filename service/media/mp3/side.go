package mp3

// side is what the walker needs of a frame's side information.
type side struct {
	reach    int // bytes of earlier frames that this frame's data begins in
	bits     int // length of this frame's data in bits
	sensible bool
}

// parseSide reads the side information (ISO 11172-3 2.4.1.7, 13818-3 2.4.1.7).
// It is what tells music from random bytes that happen to have headers in step.
func parseSide(h header, b []byte) side {
	r := bits{b: b}
	channels, granules, private := 2, 1, 3
	if h.mono {
		channels, private = 1, 5
	}
	s := side{sensible: true}
	if h.version == mpeg1 {
		granules = 2
		s.reach = r.take(9)
		r.take(private)
		r.take(4 * channels) // scale factor selection
	} else {
		s.reach = r.take(8)
		r.take(channels) // private
	}
	for range granules * channels {
		s.granule(h, &r)
	}
	return s
}

// granule reads one granule of one channel.
func (s *side) granule(h header, r *bits) {
	const maxBigValues = 288 // 576 lines in pairs
	s.bits += r.take(12)
	if r.take(9) > maxBigValues {
		s.sensible = false
	}
	rest := 38 // gain to table selection
	if h.version != mpeg1 {
		rest = 42
	}
	r.take(rest)
}

// bits reads big-endian bit fields; beyond the end it gives zeros.
type bits struct {
	b   []byte
	pos int
}

func (r *bits) take(n int) int {
	v := 0
	for range n {
		v <<= 1
		if i := r.pos >> 3; i < len(r.b) {
			v |= int(r.b[i] >> (7 - r.pos&7) & 1)
		}
		r.pos++
	}
	return v
}
