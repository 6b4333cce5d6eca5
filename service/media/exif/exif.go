// Package exif reads the one thing of a photo's EXIF data that must survive its
// removal: which way up the picture is. Everything else in there (place, time,
// camera, owner) is nobody's business and is never looked at.
package exif

import (
	"bytes"
	"encoding/binary"
)

// Orientation is how the stored rows and columns have to be turned for display,
// the values of EXIF 2.32, tag 0x0112.
type Orientation int

// The eight orientations. Upright is also what a photo without a valid tag has.
const (
	Upright      Orientation = 1
	Mirrored     Orientation = 2 // left and right are swapped
	UpsideDown   Orientation = 3 // turned by 180°
	Flipped      Orientation = 4 // top and bottom are swapped
	Transposed   Orientation = 5 // mirrored along the main diagonal
	TurnRight    Orientation = 6 // to be turned by 90° clockwise
	Transversed  Orientation = 7 // mirrored along the other diagonal
	TurnLeft     Orientation = 8 // to be turned by 90° anticlockwise
	tagOrient                = 0x0112
	typeShort                = 3
	entrySize                = 12
	maxEntries               = 512 // more than any camera writes in its first directory
	jpegMarker               = 0xFF
	jpegAPP1                 = 0xE1
	jpegScan                 = 0xDA
	jpegImageEnd             = 0xD9
)

// Sideways reports whether width and height change places.
func (o Orientation) Sideways() bool { return o >= Transposed }

// OfJPEG gives the orientation in the first EXIF segment of a JPEG file.
// Anything that is not as the standard has it counts as upright: a photo that
// lies on its side is better than one that is refused.
func OfJPEG(b []byte) Orientation {
	if !bytes.HasPrefix(b, []byte{jpegMarker, 0xD8}) {
		return Upright
	}
	for b = b[2:]; len(b) >= 4 && b[0] == jpegMarker; {
		if b[1] == jpegMarker { // fill byte
			b = b[1:]
			continue
		}
		marker, size := b[1], int(binary.BigEndian.Uint16(b[2:]))
		if marker == jpegScan || marker == jpegImageEnd || size < 2 || len(b) < 2+size {
			return Upright
		}
		if body, ok := bytes.CutPrefix(b[4:2+size], []byte("Exif\x00\x00")); ok && marker == jpegAPP1 {
			return OfTIFF(body)
		}
		b = b[2+size:]
	}
	return Upright
}

// OfWebP gives the orientation in the EXIF chunk of a WebP file; see OfJPEG.
func OfWebP(b []byte) Orientation {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WEBP" {
		return Upright
	}
	for b = b[12:]; len(b) >= 8; {
		size := int64(binary.LittleEndian.Uint32(b[4:]))
		if size > int64(len(b)-8) {
			return Upright
		}
		if string(b[:4]) == "EXIF" {
			return OfTIFF(bytes.TrimPrefix(b[8:8+size], []byte("Exif\x00\x00")))
		}
		b = b[min(8+size+size&1, int64(len(b))):]
	}
	return Upright
}

// OfTIFF gives the orientation in the first directory of a TIFF structure, the
// form that EXIF data has in every container.
func OfTIFF(b []byte) Orientation {
	order := byteOrder(b)
	if order == nil {
		return Upright
	}
	at := int64(order.Uint32(b[4:]))
	if at < 8 || at+2 > int64(len(b)) {
		return Upright
	}
	entries := b[at+2:]
	for range min(int(order.Uint16(b[at:])), maxEntries, len(entries)/entrySize) {
		if order.Uint16(entries) == tagOrient {
			return value(order, entries)
		}
		entries = entries[entrySize:]
	}
	return Upright
}

// byteOrder gives the order that a TIFF header announces, nil if it is none.
func byteOrder(b []byte) binary.ByteOrder {
	switch {
	case len(b) < 8:
		return nil
	case string(b[:4]) == "II*\x00":
		return binary.LittleEndian
	case string(b[:4]) == "MM\x00*":
		return binary.BigEndian
	default:
		return nil
	}
}

// value reads the entry of the orientation tag: exactly one short of 1 to 8.
func value(order binary.ByteOrder, entry []byte) Orientation {
	if order.Uint16(entry[2:]) != typeShort || order.Uint32(entry[4:]) != 1 {
		return Upright
	}
	if v := Orientation(order.Uint16(entry[8:])); v >= Upright && v <= TurnLeft {
		return v
	}
	return Upright
}
