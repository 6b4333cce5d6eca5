package media

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"

	"github.com/gabriel-vasile/mimetype"

	"nianwei/service/media/mp3"
)

// Type is what a file is by its content, as a MIME type.
type Type string

// The types that are accepted.
const (
	MP3  Type = "audio/mpeg"
	AAC  Type = "audio/aac" // ADTS
	M4A  Type = "audio/mp4" // AAC or AMR in MP4 or 3GP, without pictures
	WAV  Type = "audio/wav"
	WebM Type = "audio/webm" // Opus
	Ogg  Type = "audio/ogg"  // Opus
	AMR  Type = "audio/amr"  // narrow or wide band

	JPEG Type = "image/jpeg"
	PNG  Type = "image/png"
	WebP Type = "image/webp"
	GIF  Type = "image/gif"

	// MP4 is a film in MP4 or QuickTime whose pictures are H.264.
	MP4 Type = "video/mp4"
)

// Other types that are recognised for the sake of a clear answer.
const (
	heic Type = "image/heic"
	hevc Type = "video/hevc"
	film Type = "video/other"
	webm Type = "video/webm"
)

// headSize is how much of a file's beginning decides what it is.
const headSize = 4096

// sniff tells what a file is. Its name and declared type are not asked: phones
// get them wrong, and attackers get them right. What it cannot tell by itself it
// leaves to mimetype, whose answer only serves to say what was found.
func sniff(r io.ReaderAt, size int64) (Type, error) {
	head, err := readAt(r, 0, min(size, headSize))
	if err != nil {
		return "", err
	}
	if t := sniffMagic(head); t != "" {
		return t, nil
	}
	if isMP4(head) {
		return sniffMP4(r, size)
	}
	frames := head
	if skip := int64(mp3.SkipID3(head)); skip > 0 {
		if frames, err = readAt(r, min(skip, size), min(headSize, size-min(skip, size))); err != nil {
			return "", err
		}
		frames = bytes.TrimLeft(frames, "\x00") // padding that some taggers leave
	}
	switch {
	case isADTS(frames):
		return AAC, nil
	case mp3.Starts(frames):
		return MP3, nil
	}
	return sniffOther(head), nil
}

// sniffOther names what is not accepted. The lenient answers of mimetype must
// not let in what the strict checks above did not.
func sniffOther(head []byte) Type {
	mime := mimetype.Detect(head)
	for _, t := range acceptedTypes() {
		if mime.Is(string(t)) {
			return "application/octet-stream"
		}
	}
	name, _, _ := bytes.Cut([]byte(mime.String()), []byte(";"))
	return Type(name)
}

// sniffMagic knows the types that say at once what they are.
func sniffMagic(b []byte) Type {
	has := func(magic string) bool { return bytes.HasPrefix(b, []byte(magic)) }
	riff := func(form string) bool { return has("RIFF") && len(b) >= 12 && string(b[8:12]) == form }
	switch {
	case has("\xFF\xD8\xFF"):
		return JPEG
	case has("\x89PNG\r\n\x1a\n"):
		return PNG
	case has("GIF87a"), has("GIF89a"):
		return GIF
	case riff("WEBP"):
		return WebP
	case riff("WAVE"):
		return WAV
	case has("#!AMR\n"), has("#!AMR-WB\n"):
		return AMR
	case has("OggS"):
		return sniffOgg(b)
	case has("\x1A\x45\xDF\xA3"):
		return sniffWebM(b)
	default:
		return ""
	}
}

// sniffOgg looks into the first page (RFC 3533), where the codec names itself (RFC 7845).
func sniffOgg(b []byte) Type {
	const fixed = 27
	if len(b) < fixed {
		return "application/ogg"
	}
	at := fixed + int(b[fixed-1])
	switch {
	case at > len(b):
		return "application/ogg"
	case bytes.HasPrefix(b[at:], []byte("OpusHead")):
		return Ogg
	case bytes.HasPrefix(b[at:], []byte("\x80theora")):
		return "video/ogg"
	default:
		return "audio/vorbis" // or Speex or FLAC, all as unwelcome
	}
}

// sniffWebM looks for the codecs' names among the tracks, which every recorder
// writes first: element CodecID, 0x86, RFC 9559.
func sniffWebM(b []byte) Type {
	codec := func(name string) bool { return hasCodecID(b, name) }
	switch {
	case codec("V_"):
		return webm
	case codec("A_OPUS"):
		return WebM
	case codec("A_"):
		return "audio/matroska"
	default:
		return "application/matroska"
	}
}

// hasCodecID looks for a CodecID element whose value begins with name.
func hasCodecID(b []byte, name string) bool {
	for at := 0; ; at++ {
		next := bytes.Index(b[at:], []byte(name))
		if next < 0 {
			return false
		}
		if at += next; at >= 2 && b[at-2] == 0x86 && b[at-1]&0x80 != 0 {
			return true
		}
	}
}

// isADTS reports whether b starts with two AAC frames in step (ISO 13818-7 6.2),
// of which the second may be cut off by the end of b.
func isADTS(b []byte) bool {
	const header = 7
	sync := func(b []byte) bool { return len(b) >= 2 && b[0] == 0xFF && b[1]&0xF6 == 0xF0 }
	if len(b) < header || !sync(b) || b[2]>>2&0xF > 12 {
		return false
	}
	size := int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5
	if size < header || size > len(b) {
		return false
	}
	return size+2 > len(b) || sync(b[size:])
}

// isMP4 reports whether b starts with the box that names an MP4 family member.
func isMP4(b []byte) bool { return len(b) >= 12 && string(b[4:8]) == "ftyp" }

// maxMovie bounds how much of an MP4's description is read: a minute of sound
// needs a few kilobytes.
const maxMovie = 1 << 20

// sniffMP4 walks the outermost boxes (ISO 14496-12) to the description of the
// tracks, which phones write last, and asks whether there is a picture among them.
func sniffMP4(r io.ReaderAt, size int64) (Type, error) {
	for at, n := int64(0), 0; at+8 <= size && n < 1000; n++ {
		b, err := readAt(r, at, min(16, size-at))
		if err != nil {
			return "", err
		}
		length := boxLength(b, size-at)
		switch kind := string(b[4:8]); {
		case kind == "ftyp" && isPicture(b):
			return heic, nil
		case kind == "moov":
			movie, err := readAt(r, at, min(length, maxMovie, size-at))
			return movieType(movie), err
		}
		if length < 8 {
			break
		}
		at += length
	}
	return "application/mp4", nil
}

// boxLength gives the length of the box that b begins with; 0 in the file means
// up to its end, 1 that eight more bytes tell. A negative or absurd length ends
// the walk.
func boxLength(b []byte, rest int64) int64 {
	switch n := int64(binary.BigEndian.Uint32(b)); {
	case n == 0:
		return rest
	case n == 1 && len(b) == 16:
		return int64(min(binary.BigEndian.Uint64(b[8:]), uint64(rest)))
	default:
		return min(n, rest)
	}
}

// isPicture knows the brands of HEIF still pictures and AVIF.
func isPicture(ftyp []byte) bool {
	if len(ftyp) < 12 {
		return false
	}
	switch string(ftyp[8:12]) {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis":
		return true
	}
	return false
}

// movieType tells sound from film by the tracks' handlers, and films apart by
// how they are coded.
func movieType(movie []byte) Type {
	switch {
	case !hasHandler(movie, "vide"):
		if hasHandler(movie, "soun") {
			return M4A
		}
		return "application/mp4"
	case hasCoding(movie, "avc1", "avc3"):
		return MP4
	case hasCoding(movie, "hvc1", "hev1"):
		return hevc
	default:
		return film
	}
}

// hasCoding looks for a track's sample description: stsd, version, count, the
// first entry's length, then its coding.
func hasCoding(movie []byte, codings ...string) bool {
	for {
		_, after, found := bytes.Cut(movie, []byte("stsd"))
		if !found || len(after) < 16 {
			return false
		}
		if slices.Contains(codings, string(after[12:16])) {
			return true
		}
		movie = after
	}
}

// hasHandler looks for a track's handler box: hdlr, four bytes of version, four
// of no meaning, then the kind of track.
func hasHandler(movie []byte, kind string) bool {
	for {
		_, after, found := bytes.Cut(movie, []byte("hdlr"))
		if !found || len(after) < 12 {
			return false
		}
		if string(after[8:12]) == kind {
			return true
		}
		movie = after
	}
}

// readAt reads exactly n bytes.
func readAt(r io.ReaderAt, at, n int64) ([]byte, error) {
	b := make([]byte, n)
	got, err := r.ReadAt(b, at)
	if int64(got) == n {
		return b, nil
	}
	return nil, err
}

func voiceTypes() []Type { return []Type{MP3, AAC, M4A, WAV, WebM, Ogg, AMR} }

func photoTypes() []Type { return []Type{JPEG, PNG, WebP, GIF} }

func acceptedTypes() []Type { return append(append(voiceTypes(), photoTypes()...), MP4) }
