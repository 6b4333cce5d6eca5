package mp3

import "bytes"

const (
	id3v1Size  = 128
	id3v2Start = 10
)

// SkipID3 gives the length of the ID3v2 tags that b starts with, 0 if there are
// none. It may point beyond b: a tag that holds a cover is larger than the head
// of a file.
func SkipID3(b []byte) int {
	at := 0
	for at < len(b) {
		n := id3v2Size(b[at:])
		if n == 0 {
			break
		}
		at += n
	}
	return at
}

// id3v2Size is the length of the tag at the start of b, 0 if there is none.
func id3v2Size(b []byte) int {
	if len(b) < id3v2Start || !bytes.HasPrefix(b, []byte("ID3")) || b[3] == 0xFF || b[4] == 0xFF {
		return 0
	}
	if (b[6]|b[7]|b[8]|b[9])&0x80 != 0 {
		return 0
	}
	n := id3v2Start + int(b[6])<<21 + int(b[7])<<14 + int(b[8])<<7 + int(b[9])
	if footer := b[5]&0x10 != 0; footer {
		n += id3v2Start
	}
	return n
}

// trimID3v1 drops the tag of fixed size at the end of b, if there is one.
func trimID3v1(b []byte) []byte {
	if at := len(b) - id3v1Size; at >= 0 && bytes.HasPrefix(b[at:], []byte("TAG")) {
		return b[:at]
	}
	return b
}
