package exif

import (
	"bytes"
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"
)

// tiff makes a directory of one camera name and one orientation.
func tiff(order binary.AppendByteOrder, o uint16) []byte {
	head := []byte("II*\x00")
	if order.AppendUint16(nil, 1)[0] == 0 {
		head = []byte("MM\x00*")
	}
	b := order.AppendUint32(head, 8)
	b = order.AppendUint16(b, 2)
	b = entry(b, order, 0x010F, 2, 4, 0x41424300)
	b = order.AppendUint16(b, tagOrient)
	b = order.AppendUint16(b, typeShort)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, o)
	return append(b, 0, 0, 0, 0, 0, 0)
}

func entry(b []byte, order binary.AppendByteOrder, tag, typ uint16, n, v uint32) []byte {
	b = order.AppendUint16(b, tag)
	b = order.AppendUint16(b, typ)
	b = order.AppendUint32(b, n)
	return order.AppendUint32(b, v)
}

func jpeg(segments ...[]byte) []byte {
	b := []byte{0xFF, 0xD8}
	for _, s := range segments {
		b = append(b, 0xFF, s[0])
		b = binary.BigEndian.AppendUint16(b, uint16(len(s)+1))
		b = append(b, s[1:]...)
	}
	return append(b, 0xFF, 0xDA, 0, 2)
}

func app1(body []byte) []byte { return append([]byte("\xE1Exif\x00\x00"), body...) }

func webp(exif []byte) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WEBPVP8 \x03\x00\x00\x00abc\x00EXIF")
	b = binary.LittleEndian.AppendUint32(b, uint32(len(exif)))
	return append(b, exif...)
}

func TestOrientation_IsReadInBothByteOrdersAndContainers(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for o := Upright; o <= TurnLeft; o++ {
			data := tiff(order, uint16(o))
			if got := OfTIFF(data); got != o {
				t.Errorf("%v: %d is read as %d", order, o, got)
			}
			if got := OfJPEG(jpeg([]byte("\xE0JFIF"), app1(data))); got != o {
				t.Errorf("JPEG: %d is read as %d", o, got)
			}
			if got := OfWebP(webp(data)); got != o {
				t.Errorf("WebP: %d is read as %d", o, got)
			}
		}
	}
}

func TestOrientation_IsUprightWhenInDoubt(t *testing.T) {
	good := tiff(binary.LittleEndian, 6)
	with := func(at int, v byte) []byte {
		b := bytes.Clone(good)
		b[at] = v
		return b
	}
	for name, b := range map[string][]byte{
		"nothing":               nil,
		"zero":                  tiff(binary.LittleEndian, 0),
		"nine":                  tiff(binary.BigEndian, 9),
		"wrong type":            with(24, 4),
		"two values":            with(26, 2),
		"directory in header":   with(4, 4),
		"directory beyond end":  with(4, 0xF0),
		"far beyond":            with(7, 0xFF),
		"not a TIFF":            with(2, 43),
		"cut in the entry":      good[:28],
		"more entries promised": append(with(8, 0xFF)[:22:22], make([]byte, 5)...),
	} {
		if got := OfTIFF(b); got != Upright {
			t.Errorf("%s: %d", name, got)
		}
		if got := OfJPEG(jpeg(app1(b))); got != Upright {
			t.Errorf("%s in a JPEG: %d", name, got)
		}
	}
	afterScan := append(jpeg(), jpeg(app1(good))[2:]...)
	if got := OfJPEG(afterScan); got != Upright {
		t.Errorf("a tag behind the picture counts: %d", got)
	}
}

func TestOrientation_NeverPanicsOnDamage(t *testing.T) {
	good := jpeg(app1(tiff(binary.BigEndian, 8)))
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(good)
		b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "value")
		if o := OfJPEG(b[:rapid.IntRange(0, len(b)).Draw(t, "cut")]); o < Upright || o > TurnLeft {
			t.Fatalf("orientation %d", o)
		}
	})
}

// FuzzOrientation: no input is fatal, and no answer is outside the eight.
func FuzzOrientation(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		f.Add(tiff(order, 6))
		f.Add(jpeg(app1(tiff(order, 3))))
		f.Add(webp(tiff(order, 8)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, o := range []Orientation{OfTIFF(b), OfJPEG(b), OfWebP(b)} {
			if o < Upright || o > TurnLeft {
				t.Fatalf("orientation %d", o)
			}
		}
	})
}
