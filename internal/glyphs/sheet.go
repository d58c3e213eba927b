package glyphs

import (
	"image"
	"image/color"
	"image/png"
	"io"
)

// WriteSheet writes a picture (PNG) of the first images of the training set, with
// a column for each class and ink in black. A pixel is enlarged to 3 by 3.
func WriteSheet(w io.Writer) error {
	const rows, enlarged, gap = 8, 3, 4
	const step = enlarged*Size + gap
	sheet := image.NewGray(image.Rect(0, 0, step*len(Classes)+gap, step*rows+gap))
	for i := range sheet.Pix {
		sheet.Pix[i] = 255
	}
	for i := range rows * len(Classes) {
		pixels, label := Draw(TrainingSeed, i)
		left, top := gap+step*label, gap+step*(i/len(Classes))
		for y := range enlarged * Size {
			for x := range enlarged * Size {
				sheet.SetGray(left+x, top+y, color.Gray{Y: 255 - uint8(255*pixels[y/enlarged*Size+x/enlarged])})
			}
		}
	}
	return png.Encode(w, sheet)
}
