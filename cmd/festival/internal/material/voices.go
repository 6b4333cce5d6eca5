// Package material makes what a season is fed with: recordings, a roster, a
// question bank.
package material

import (
	"encoding/binary"
	"time"
)

// A frame of MPEG-2 Layer III at 16 kHz, one channel, 8 kbit/s is 36 bytes long
// and lasts 36 ms (ISO 13818-3: 576 samples a frame).
const (
	frameBytes  = 36
	frameLength = 36 * time.Millisecond
	sideBytes   = 4 + 9 // header and side information

	shortestFrames = 34 // 1.224 s
	longestFrames  = 84 // 3.024 s
)

// Voice gives the n-th recording: a whole mp3 file of 1.2 to 3 seconds that no
// other n has. It is silent, but every byte of it is as the standard wants it,
// so the product measures and stores it as it does any phone's; n stands in the
// ancillary bytes, which players pass over.
func Voice(n int) []byte {
	frames := shortestFrames + n%(longestFrames-shortestFrames+1)
	return voice(n, frames)
}

// TooShort gives a recording of less than a second.
func TooShort(n int) []byte { return voice(n, int(900*time.Millisecond/frameLength)) }

func voice(n, frames int) []byte {
	out := make([]byte, frames*frameBytes)
	for i := range frames {
		frame := out[i*frameBytes : (i+1)*frameBytes]
		copy(frame, []byte{0xFF, 0xF3, 0x18, 0xC4}) // MPEG-2, Layer III, no checksum, 8 kbit/s, 16 kHz, mono
		binary.BigEndian.PutUint64(frame[sideBytes:], uint64(n))
	}
	return out
}

// Picture gives a PNG of one pixel, to be called a recording by a cheat.
func Picture() []byte {
	return []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
		"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")
}
