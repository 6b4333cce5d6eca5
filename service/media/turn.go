package media

import (
	"image"

	"nianwei/service/media/exif"
)

// turn brings a picture upright.
func turn(m *image.RGBA, o exif.Orientation) *image.RGBA {
	if o == exif.Upright {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	if o.Sideways() {
		w, h = h, w
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			fx, fy := from(o, x, y, w, h)
			copy(to.Pix[to.PixOffset(x, y):][:4], m.Pix[m.PixOffset(fx, fy):][:4])
		}
	}
	return to
}

// from gives the stored place of the pixel that is seen at x, y of a picture
// that is seen w wide and h high.
func from(o exif.Orientation, x, y, w, h int) (int, int) {
	switch o {
	case exif.Mirrored:
		return w - 1 - x, y
	case exif.UpsideDown:
		return w - 1 - x, h - 1 - y
	case exif.Flipped:
		return x, h - 1 - y
	case exif.Transposed:
		return y, x
	case exif.TurnRight:
		return y, w - 1 - x
	case exif.Transversed:
		return h - 1 - y, w - 1 - x
	case exif.TurnLeft:
		return h - 1 - y, x
	default:
		return x, y
	}
}
