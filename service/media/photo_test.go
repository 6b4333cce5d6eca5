package media

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"pgregory.net/rapid"

	"nianwei/model/fault"
	"nianwei/service/media/exif"
)

// corners is a picture of four colours: red, green above blue, white.
func corners(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			switch {
			case x < w/2 && y < h/2:
				c = color.RGBA{255, 0, 0, 255}
			case y < h/2:
				c = color.RGBA{0, 255, 0, 255}
			case x < w/2:
				c = color.RGBA{0, 0, 255, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

// seen names the colours of the corners, row by row: "RG BW" is upright.
func seen(t testing.TB, file []byte) string {
	t.Helper()
	m := decoded(t, file)
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	at := func(x, y int) byte {
		r, g, b, _ := m.At(x, y).RGBA()
		switch {
		case r > 0xA000 && g > 0xA000 && b > 0xA000:
			return 'W'
		case r > g && r > b:
			return 'R'
		case g > b:
			return 'G'
		default:
			return 'B'
		}
	}
	return string([]byte{at(w/8, h/8), at(w-w/8, h/8), ' ', at(w/8, h-h/8), at(w-w/8, h-h/8)})
}

func decoded(t testing.TB, file []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// located puts an EXIF segment with an orientation, a place and a secret into a JPEG.
func located(file []byte, o exif.Orientation) []byte {
	le := binary.LittleEndian
	entry := func(b []byte, tag, typ uint16, n, v uint32) []byte {
		return le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(b, tag), typ), n), v)
	}
	b := le.AppendUint16([]byte("Exif\x00\x00II*\x00\x08\x00\x00\x00"), 3)
	b = entry(b, 0x010F, 2, uint32(len(secret)), 68)
	b = entry(b, 0x0112, 3, 1, uint32(o))
	b = entry(b, 0x8825, 4, 1, 50)                      // the place's own directory
	b = le.AppendUint32(b, 0)                           // no further directory
	b = entry(le.AppendUint16(b, 1), 1, 2, 2, 'N')      // northern latitude
	b = append(le.AppendUint32(b, 0), secret...)        // at 68
	app := append([]byte{0xFF, 0xD8, 0xFF, 0xE1}, 0, 0) // length follows
	binary.BigEndian.PutUint16(app[4:], uint16(len(b)+2))
	return append(append(app, b...), file[2:]...)
}

func TestPhoto_TakesWhatPhonesSend(t *testing.T) {
	upright := corners(320, 200)
	still := []string{"-f", "lavfi", "-i", "color=red:s=320x200", "-frames:v", "1"}
	var animated bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 320, 200), color.Palette{color.RGBA{255, 0, 0, 255}, color.White})
	if err := gif.EncodeAll(&animated, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		want Type
	}{
		"jpeg":             {asJPEG(t, upright), JPEG},
		"jpeg with place":  {located(asJPEG(t, upright), exif.Upright), JPEG},
		"png":              {asPNG(t, upright), PNG},
		"webp":             {ffmpegMade(t, "a.webp", still...), WebP},
		"webp, lossless":   {ffmpegMade(t, "a.webp", append(still, "-lossless", "1")...), WebP},
		"gif of 2 frames":  {animated.Bytes(), GIF},
		"jpeg, 4:4:4 grey": {ffmpegMade(t, "a.jpg", append(still, "-pix_fmt", "gray")...), JPEG},
		"png, 16 bit":      {ffmpegMade(t, "a.png", append(still, "-pix_fmt", "rgb48be")...), PNG},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, Limits{})
			p, err := s.Photo(t.Context(), bytes.NewReader(c.file))
			if err != nil {
				t.Fatal(err)
			}
			if p.SourceType != c.want || p.Width != 320 || p.Height != 200 {
				t.Errorf("taken for %+v", p)
			}
			checkStoredPhoto(t, s, p)
		})
	}
}

// checkStoredPhoto asserts that both pictures are JPEGs of nothing but pixels.
func checkStoredPhoto(t *testing.T, s stage, p Photo) {
	t.Helper()
	for _, key := range []string{p.Key, p.ThumbKey} {
		b := s.stored(t, key)
		for rest := b[2:]; rest[1] != 0xDA; {
			if m := rest[1]; m >= 0xE0 && m <= 0xEF || m == 0xFE {
				t.Errorf("segment %x is stored", m)
			}
			rest = rest[2+binary.BigEndian.Uint16(rest[2:]):]
		}
		if bytes.Contains(b, []byte("Exif")) || bytes.Contains(b, []byte(secret)) {
			t.Error("EXIF is stored")
		}
		if !bytes.HasSuffix(b, []byte{0xFF, 0xD9}) {
			t.Error("something is behind the picture")
		}
	}
	m := decoded(t, s.stored(t, p.Key)).Bounds()
	if m.Dx() != p.Width || m.Dy() != p.Height || p.Size != int64(len(s.stored(t, p.Key))) {
		t.Errorf("stored %v, said %+v", m, p)
	}
	s.leavesNothing(t)
}

func TestPhoto_IsUprightWhateverTheCameraWrote(t *testing.T) {
	for o, want := range map[exif.Orientation]string{
		exif.Upright: "RG BW", exif.Mirrored: "GR WB", exif.UpsideDown: "WB GR", exif.Flipped: "BW RG",
		exif.Transposed: "RB GW", exif.TurnRight: "BR WG", exif.Transversed: "WG BR", exif.TurnLeft: "GW RB",
	} {
		s := newStage(t, Limits{})
		p, err := s.Photo(t.Context(), bytes.NewReader(located(asJPEG(t, corners(160, 80)), o)))
		if err != nil {
			t.Fatal(err)
		}
		if got := seen(t, s.stored(t, p.Key)); got != want {
			t.Errorf("orientation %d shows %s, want %s", o, got, want)
		}
		if o.Sideways() != (p.Height > p.Width) {
			t.Errorf("orientation %d is %d×%d", o, p.Width, p.Height)
		}
		checkStoredPhoto(t, s, p)
	}
}

func TestPhoto_IsMadeSmallEnoughForAPhone(t *testing.T) {
	s := newStage(t, Limits{})
	p, err := s.Photo(t.Context(), bytes.NewReader(asJPEG(t, corners(3000, 1000))))
	if err != nil {
		t.Fatal(err)
	}
	thumb := decoded(t, s.stored(t, p.ThumbKey)).Bounds()
	if p.Width != 2048 || p.Height != 682 || thumb.Dx() != 480 || thumb.Dy() != 159 {
		t.Errorf("%d×%d, thumbnail %v", p.Width, p.Height, thumb)
	}
	if got := seen(t, s.stored(t, p.ThumbKey)); got != "RG BW" {
		t.Errorf("the thumbnail shows %s", got)
	}
}

func TestPhoto_PutsHandwritingOnWhite(t *testing.T) {
	s := newStage(t, Limits{})
	p, err := s.Photo(t.Context(), bytes.NewReader(asPNG(t, image.NewNRGBA(image.Rect(0, 0, 2500, 40)))))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := decoded(t, s.stored(t, p.Key)).At(5, 5).RGBA(); min(r, g, b) < 0xFE00 {
		t.Errorf("a transparent canvas becomes %x %x %x", r, g, b)
	}
}

// pngHeader is a picture that promises so much and holds nothing.
func pngHeader(w, h uint32) []byte {
	body := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)...)
	body = append(body, 8, 6, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(body))
}

func TestPhoto_DecodesNothingThatIsTooLarge(t *testing.T) {
	hugeGIF := []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00")
	hugeJPEG := asJPEG(t, corners(16, 16))
	sof := bytes.Index(hugeJPEG, []byte{0xFF, 0xC0})
	copy(hugeJPEG[sof+5:], []byte{0xFF, 0xFF, 0xFF, 0xFF})
	for name, file := range map[string][]byte{
		"png of 2 terapixels":  pngHeader(1_500_000, 1_500_000),
		"png, 51 megapixels":   pngHeader(10_000, 5_100),
		"png, one long side":   pngHeader(12_001, 1),
		"gif of 4 gigapixels":  hugeGIF,
		"jpeg of 4 gigapixels": hugeJPEG,
		"webp, 268 megapixels": []byte("RIFF\x1e\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\xff\xff\xff\x0f\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
	} {
		_, err := newStage(t, Limits{}).Photo(t.Context(), bytes.NewReader(file))
		t.Log(name, err)
		wantFault(t, err, ErrTooManyPixels, "像素")
	}
	_, err := newStage(t, Limits{}).Photo(t.Context(), bytes.NewReader(pngHeader(12_000, 4_166)))
	wantFault(t, err, ErrBroken) // small enough to try, but empty
}

func TestPhoto_WebPCannotHideALargePictureBehindASmallHeader(t *testing.T) {
	file := []byte("RIFF\x34\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x0f\x00\x00\x0f\x00\x00VP8L\x0d\x00\x00\x00\x2f\xff\xff\xff\x0f\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	_, err := newStage(t, Limits{}).Photo(t.Context(), bytes.NewReader(file))
	wantFault(t, err, ErrBroken)
}

func TestPhoto_SaysWhatWasSentInstead(t *testing.T) {
	photo := asJPEG(t, corners(160, 80))
	for name, c := range map[string]struct {
		file []byte
		want *fault.Fault
		said string
	}{
		"heic":         {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x00\x00"), ErrHEIC, "HEIC"},
		"mp3":          {recorded(t, "a.mp3", "1"), ErrTypeMismatch, "MP3 录音"},
		"amr":          {amr(50), ErrTypeMismatch, "AMR"},
		"bmp":          {ffmpegMade(t, "a.bmp", "-f", "lavfi", "-i", "color=red:s=40x30", "-frames:v", "1"), ErrUnsupported, "BMP"},
		"svg":          {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), ErrUnsupported, "SVG"},
		"text":         {[]byte("年夜饭"), ErrNotImage, "文本"},
		"jpeg cut":     {photo[:len(photo)/2], ErrBroken, "损坏"},
		"jpeg of 3 B":  {photo[:3], ErrBroken, "损坏"},
		"png of noise": {append(pngHeader(20, 20), "noise and more noise"...), ErrBroken, "损坏"},
	} {
		s := newStage(t, Limits{})
		_, err := s.Photo(t.Context(), bytes.NewReader(c.file))
		t.Log(name)
		wantFault(t, err, c.want, c.said)
		s.leavesNothing(t)
	}
}

// A file that is a photo and something else becomes a photo alone.
func TestPhoto_KeepsOnlyThePhotoOfAPolyglot(t *testing.T) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	if _, err := w.Create("evil.html"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	page := []byte("<html><script>alert(1)</script>")
	photo := asJPEG(t, corners(160, 80))
	comment := append([]byte{0xFF, 0xD8, 0xFF, 0xFE, 0, byte(len(page) + 2)}, page...)
	for name, file := range map[string][]byte{
		"jpeg and zip":            append(bytes.Clone(photo), archive.Bytes()...),
		"jpeg and page":           append(bytes.Clone(photo), page...),
		"jpeg and page in it":     append(comment, photo[2:]...),
		"png and page":            append(asPNG(t, corners(160, 80)), page...),
		"jpeg in exif in a photo": located(append(bytes.Clone(photo), photo...), exif.Upright),
	} {
		s := newStage(t, Limits{})
		p, err := s.Photo(t.Context(), bytes.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if b := s.stored(t, p.Key); bytes.Contains(b, []byte("<script>")) || bytes.Contains(b, []byte("PK\x03\x04")) {
			t.Errorf("%s: the other half is stored", name)
		}
		checkStoredPhoto(t, s, p)
	}
}

func TestPhoto_WaitsForMemory(t *testing.T) {
	s := newStage(t, Limits{Queue: 1})
	leave, err := s.decoding.enter(t.Context(), s.limits.PhotoMemory)
	if err != nil {
		t.Fatal(err)
	}
	s.decoding.waiting.Store(1)
	_, err = s.Photo(t.Context(), bytes.NewReader(asPNG(t, corners(20, 20))))
	if leave(); !errors.Is(err, ErrBusy) {
		t.Errorf("%v", err)
	}
}

// Shrinking is the plain average of the covered area, to rounding.
func TestShrink_AveragesTheCoveredArea(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 40).Draw(t, "w"), rapid.IntRange(1, 40).Draw(t, "h")
		side := rapid.IntRange(1, 40).Draw(t, "side")
		m := image.NewRGBA(image.Rect(0, 0, w, h))
		for i := range m.Pix {
			m.Pix[i] = byte(rapid.Byte().Draw(t, "v") | byte(255*(i%4/3)))
		}
		got := shrink(m, side)
		if max(got.Rect.Dx(), got.Rect.Dy()) > max(side, 1) && max(w, h) > side {
			t.Fatalf("%v of %d×%d", got.Rect, w, h)
		}
		for y := range got.Rect.Dy() {
			for x := range got.Rect.Dx() {
				if want := average(m, got.Rect, x, y); math.Abs(want-float64(got.RGBAAt(x, y).G)) > 0.51 {
					t.Fatalf("at %d,%d: %d, want %.2f", x, y, got.RGBAAt(x, y).G, want)
				}
			}
		}
	})
}

// average is the green of the area of m that the pixel x, y of a smaller grid covers.
func average(m *image.RGBA, grid image.Rectangle, x, y int) float64 {
	sx, sy := float64(m.Rect.Dx())/float64(grid.Dx()), float64(m.Rect.Dy())/float64(grid.Dy())
	sum := 0.0
	for py := range m.Rect.Dy() {
		for px := range m.Rect.Dx() {
			sum += overlap(float64(x)*sx, sx, float64(px)) * overlap(float64(y)*sy, sy, float64(py)) * float64(m.RGBAAt(px, py).G)
		}
	}
	return sum / sx / sy
}

func overlap(from, length, unit float64) float64 {
	return max(0, min(from+length, unit+1)-max(from, unit))
}

func BenchmarkPhoto(b *testing.B) {
	file := asJPEG(b, corners(4000, 3000))
	s := newStage(b, Limits{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Photo(b.Context(), bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
	}
}
