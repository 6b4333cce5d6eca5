package mp3

import (
	"bytes"
	"encoding/binary"
)

// Sizes of the frame that holds no sound but a table of contents. Every player
// knows it by the name Xing (rates vary) or Info (they do not).
const (
	infoName   = 4
	infoFlags  = 4
	infoTOC    = 100
	infoSize   = infoName + infoFlags + 4 + 4 + infoTOC
	infoHasAll = 7        // frames, bytes and table are present
	lameHasAll = 15       // and the quality, as LAME's extension requires
	lameDelay  = 120 + 21 // where the delay and padding stand, from the name on
)

// dropEncoderTag gives b without its Xing, Info or VBRI frame, of which only the
// encoder's padding is remembered. A fresh one is written by Bytes.
func (t *Track) dropEncoderTag(b []byte) []byte {
	size := t.first.size()
	if size > len(b) {
		return b
	}
	frame := b[:size]
	if at := t.first.sideStart() + t.first.sideSize(); at+infoSize <= size {
		name := frame[at : at+infoName]
		if bytes.Equal(name, []byte("Xing")) || bytes.Equal(name, []byte("Info")) {
			t.trimmed = t.padding(frame[at:])
			return b[size:]
		}
	}
	const vbriAt = headerSize + 32
	if size >= vbriAt+4 && bytes.Equal(frame[vbriAt:vbriAt+4], []byte("VBRI")) {
		return b[size:]
	}
	return b
}

// padding reads how many samples the encoder added in front and behind. A claim
// beyond what encoders do is ignored, so that nobody makes a track seem short.
func (t *Track) padding(info []byte) int {
	if len(info) < lameDelay+3 || binary.BigEndian.Uint32(info[infoName:])&lameHasAll != lameHasAll {
		return 0
	}
	v := int(info[lameDelay])<<16 | int(info[lameDelay+1])<<8 | int(info[lameDelay+2])
	n := v>>12 + v&0xFFF
	if n > 3*t.first.samples() {
		return 0
	}
	return n
}

// Bytes gives a file of nothing but the track's frames behind a fresh table of
// contents: no tags, no bytes before or after, nothing the sender wrote beside
// the sound. The table makes players show the right length and seek exactly.
func (t *Track) Bytes() []byte {
	info := t.info()
	if info == nil {
		return bytes.Clone(t.audio)
	}
	return append(info, t.audio...)
}

// info makes the frame with the table of contents.
func (t *Track) info() []byte {
	frame := t.emptyFrame()
	if frame == nil {
		return nil
	}
	name := "Info"
	if t.varies {
		name = "Xing"
	}
	total := len(frame) + len(t.audio)
	at := t.first.sideSize() + headerSize
	at += copy(frame[at:], name)
	binary.BigEndian.PutUint32(frame[at:], infoHasAll)
	binary.BigEndian.PutUint32(frame[at+4:], uint32(len(t.starts)))
	binary.BigEndian.PutUint32(frame[at+8:], uint32(total))
	toc := frame[at+12:]
	for i := range infoTOC {
		offset := len(frame) + t.starts[i*len(t.starts)/infoTOC]
		toc[i] = byte(min(255, 256*offset/total))
	}
	return frame
}

// emptyFrame gives a silent frame of the track's kind, the smallest that has
// room for the table.
func (t *Track) emptyFrame() []byte {
	head := [headerSize]byte(t.audio)
	head[1] |= 1     // no checksum
	head[2] &^= 0xF3 // no bit rate yet, no padding, nothing private
	for index := byte(1); index < 15; index++ {
		head[2] = head[2]&0x0F | index<<4
		h, ok := parseHeader(head[:])
		if ok && h.size() >= headerSize+h.sideSize()+infoSize {
			frame := make([]byte, h.size())
			copy(frame, head[:])
			return frame
		}
	}
	return nil
}
