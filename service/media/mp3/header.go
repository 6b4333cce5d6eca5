package mp3

// version is the MPEG generation of a frame; it decides tables and sizes.
type version byte

const (
	mpeg25 version = 0
	mpeg2  version = 2
	mpeg1  version = 3
)

const headerSize = 4

// header is what the four bytes at the start of a frame say.
type header struct {
	version version
	crc     bool // two bytes of checksum follow the header
	bitrate int  // bits per second
	rate    int  // samples per second
	padding int  // 0 or 1 byte
	mono    bool
}

// parseHeader reads the header at the start of b. It refuses everything that is
// not a Layer III frame of known size: other layers, free format, reserved values.
func parseHeader(b []byte) (header, bool) {
	if len(b) < headerSize || b[0] != 0xFF || b[1]&0xE0 != 0xE0 {
		return header{}, false
	}
	v := version(b[1] >> 3 & 3)
	layer3 := b[1]>>1&3 == 1
	bitrateIndex, rateIndex := b[2]>>4, b[2]>>2&3
	reservedEmphasis := b[3]&3 == 2
	if v == 1 || !layer3 || bitrateIndex == 0 || bitrateIndex == 15 || rateIndex == 3 || reservedEmphasis {
		return header{}, false
	}
	return header{
		version: v,
		crc:     b[1]&1 == 0,
		bitrate: bitrateOf(v, bitrateIndex),
		rate:    rateOf(v, rateIndex),
		padding: int(b[2] >> 1 & 1),
		mono:    b[3]>>6 == 3,
	}, true
}

// bitrateOf gives bits per second: ISO 11172-3 (MPEG-1) and 13818-3 (the others).
func bitrateOf(v version, index byte) int {
	one := [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	two := [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}
	if v == mpeg1 {
		return one[index] * 1000
	}
	return two[index] * 1000
}

func rateOf(v version, index byte) int {
	rate := [3]int{44100, 48000, 32000}[index]
	switch v {
	case mpeg2:
		return rate / 2
	case mpeg25:
		return rate / 4
	default:
		return rate
	}
}

// samples is how many samples per channel one frame decodes to.
func (h header) samples() int {
	if h.version == mpeg1 {
		return 1152
	}
	return 576
}

// size is the length of the whole frame in bytes.
func (h header) size() int {
	return h.samples()/8*h.bitrate/h.rate + h.padding
}

// sideSize is the length of the side information that follows header and checksum.
func (h header) sideSize() int {
	switch {
	case h.version == mpeg1 && h.mono, h.version != mpeg1 && !h.mono:
		return 17
	case h.version == mpeg1:
		return 32
	default:
		return 9
	}
}

// sideStart is where the side information begins in the frame.
func (h header) sideStart() int {
	if h.crc {
		return headerSize + 2
	}
	return headerSize
}

// alike reports whether two frames can belong to one stream: a decoder keeps its
// set-up between them.
func (h header) alike(o header) bool {
	return h.version == o.version && h.rate == o.rate && h.mono == o.mono
}
