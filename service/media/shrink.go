package media

import (
	"image"
	"image/draw"
)

// shrink scales a picture so that its longest side is at most side, on white: a
// canvas that was written on may be transparent. It never enlarges. Each new
// pixel is the exact average of the area it covers: for shrinking that is as
// good as the kernels of x/image/draw, and it needs one row of memory where
// those keep 32 bytes for every row of every new column.
func shrink(m image.Image, side int) *image.RGBA {
	from := m.Bounds()
	w, h := from.Dx(), from.Dy()
	longest := max(w, h)
	if longest <= side {
		to := image.NewRGBA(image.Rect(0, 0, w, h))
		onWhite(to, m, from.Min)
		return to
	}
	to := image.NewRGBA(image.Rect(0, 0, max(1, w*side/longest), max(1, h*side/longest)))
	row := image.NewRGBA(image.Rect(0, 0, w, 1))
	a := newAreas(to, w, h)
	for y := range h {
		onWhite(row, m, image.Pt(from.Min.X, from.Min.Y+y))
		a.add(row.Pix)
	}
	return to
}

// onWhite draws m from the given point on all of to.
func onWhite(to *image.RGBA, m image.Image, from image.Point) {
	draw.Draw(to, to.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(to, to.Rect, m, from, draw.Over)
}

// areas averages rows of a large picture into a small one. Lengths are counted
// in parts that both grids share: an old pixel is as many parts wide as the new
// picture has columns, a new pixel as many as the old one has.
type areas struct {
	to         *image.RGBA
	oldW, oldH int
	newW, newH int
	line       []uint64 // one old row, summed into new columns
	sums       []uint64 // the new row being filled
	y          int      // that row
	left       int      // parts of its height not yet covered
}

const channels = 3 // red, green, blue; all is opaque

func newAreas(to *image.RGBA, oldW, oldH int) *areas {
	newW, newH := to.Rect.Dx(), to.Rect.Dy()
	return &areas{
		to: to, oldW: oldW, oldH: oldH, newW: newW, newH: newH,
		line: make([]uint64, newW*channels),
		sums: make([]uint64, newW*channels),
		left: oldH,
	}
}

// add takes the next old row, four bytes per pixel.
func (a *areas) add(pix []byte) {
	a.squeeze(pix)
	covered := min(a.newH, a.left)
	a.pour(covered)
	if a.left -= covered; a.left > 0 {
		return
	}
	a.finishRow()
	a.pour(a.newH - covered)
	a.left -= a.newH - covered
}

// squeeze sums an old row into new columns.
func (a *areas) squeeze(pix []byte) {
	clear(a.line)
	column, left := 0, a.oldW
	for x := 0; x < len(pix); x += 4 {
		covered := min(a.newW, left)
		addPixel(a.line[column:], pix[x:], uint64(covered))
		if left -= covered; left > 0 {
			continue
		}
		column, left = column+channels, a.oldW
		if rest := a.newW - covered; rest > 0 {
			addPixel(a.line[column:], pix[x:], uint64(rest))
			left -= rest
		}
	}
}

func addPixel(sum []uint64, pix []byte, weight uint64) {
	_, _ = sum[2], pix[2]
	sum[0] += weight * uint64(pix[0])
	sum[1] += weight * uint64(pix[1])
	sum[2] += weight * uint64(pix[2])
}

// pour adds the squeezed row to the new one for so many parts of its height.
func (a *areas) pour(parts int) {
	if parts == 0 {
		return
	}
	for i, v := range a.line {
		a.sums[i] += uint64(parts) * v
	}
}

// finishRow writes the averages of a new row.
func (a *areas) finishRow() {
	area := uint64(a.oldW) * uint64(a.oldH)
	pix := a.to.Pix[a.y*a.to.Stride:]
	for i, o := 0, 0; i < len(a.sums); i, o = i+channels, o+4 {
		pix[o] = byte((a.sums[i] + area/2) / area)
		pix[o+1] = byte((a.sums[i+1] + area/2) / area)
		pix[o+2] = byte((a.sums[i+2] + area/2) / area)
		pix[o+3] = 0xFF
	}
	clear(a.sums)
	a.y++
	a.left = a.oldH
}
