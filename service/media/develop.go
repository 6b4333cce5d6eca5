package media

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/webp"

	"nianwei/service/media/exif"
)

// developed is a photo as it will be stored.
type developed struct {
	shown, thumb  []byte
	width, height int
}

// develop turns an upload into its two JPEGs. The header is held against the
// limits before a single pixel is decoded: a few bytes can promise a terabyte.
func (s *Studio) develop(ctx context.Context, u *upload, source Type) (developed, error) {
	c, err := readConfig(u.path, source)
	if err != nil {
		return developed{}, undecodable(err)
	}
	if err := s.checkPixels(c.Width, c.Height); err != nil {
		return developed{}, err
	}
	leave, err := s.decoding.enter(ctx, u.size+decodingCost(c))
	if err != nil {
		return developed{}, err
	}
	defer leave()
	b, err := os.ReadFile(u.path)
	if err != nil {
		return developed{}, err
	}
	picture, err := decode(bytes.NewReader(b), source)
	if err != nil {
		return developed{}, undecodable(err)
	}
	if err := s.checkPixels(picture.Bounds().Dx(), picture.Bounds().Dy()); err != nil {
		return developed{}, err
	}
	shown := turn(shrink(picture, s.limits.ShownSide), orientation(b, source))
	return s.print(shown)
}

// print encodes a finished picture and its thumbnail.
func (s *Studio) print(shown *image.RGBA) (developed, error) {
	d := developed{width: shown.Rect.Dx(), height: shown.Rect.Dy()}
	var err error
	if d.shown, err = s.encode(shown); err != nil {
		return developed{}, err
	}
	d.thumb, err = s.encode(shrink(shown, s.limits.ThumbSide))
	return d, err
}

func (s *Studio) encode(m image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: s.limits.Quality})
	return b.Bytes(), err
}

// checkPixels holds a picture's size against the limits.
func (s *Studio) checkPixels(width, height int) error {
	l := s.limits
	switch {
	case width < 1 || height < 1:
		return ErrBroken
	case width > l.PhotoSide || height > l.PhotoSide || int64(width)*int64(height) > l.PhotoPixels:
		return because(ErrTooManyPixels, "图片有 %d×%d 像素，太大了。最多 %d 万像素，每边不超过 %d", width, height, l.PhotoPixels/10_000, l.PhotoSide)
	default:
		return nil
	}
}

// decodingCost estimates the bytes that decoding a picture takes at its worst:
// a progressive JPEG keeps four bytes per coefficient of three planes beside the
// planes themselves, a PNG of 16 bits has eight bytes per pixel.
func decodingCost(c image.Config) int64 {
	perPixel := int64(8)
	switch c.ColorModel {
	case color.YCbCrModel, color.CMYKModel:
		perPixel = 15
	}
	return perPixel * int64(c.Width) * int64(c.Height)
}

func readConfig(path string, source Type) (image.Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return image.Config{}, err
	}
	defer f.Close()
	switch source {
	case JPEG:
		return jpeg.DecodeConfig(f)
	case PNG:
		return png.DecodeConfig(f)
	case WebP:
		return webp.DecodeConfig(f)
	default:
		return gif.DecodeConfig(f)
	}
}

// decode reads a picture by the decoder of its sniffed type; of a GIF, the first frame.
func decode(r io.Reader, source Type) (image.Image, error) {
	switch source {
	case JPEG:
		return jpeg.Decode(r)
	case PNG:
		return png.Decode(r)
	case WebP:
		return webp.Decode(r)
	default:
		return gif.Decode(r)
	}
}

// undecodable tells a rare kind of picture from a broken one.
func undecodable(err error) error {
	var rareJPEG jpeg.UnsupportedError
	var rarePNG png.UnsupportedError
	if errors.As(err, &rareJPEG) || errors.As(err, &rarePNG) {
		return because(ErrUnsupported, "这张图片的编码方式很少见，请截图或另存为 JPEG 再上传").Because(err)
	}
	return because(ErrBroken, "图片已损坏，无法打开，请重新选择").Because(err)
}

func orientation(b []byte, source Type) exif.Orientation {
	switch source {
	case JPEG:
		return exif.OfJPEG(b)
	case WebP:
		return exif.OfWebP(b)
	default:
		return exif.Upright
	}
}
