package chart

import "github.com/jung-kurt/gofpdf"

// Pen is the part of gofpdf that charts, and the pages of reports around them, are drawn with. Ink is gofpdf itself; another
// implementation sees each stroke pass, with the same widths of the same letters, and makes of a page what it likes.
type Pen interface {
	SetFont(family, style string, size float64)
	SetTextColor(r, g, b int)
	SetFillColor(r, g, b int)
	SetDrawColor(r, g, b int)
	SetLineWidth(width float64)
	SetLineCapStyle(style string)
	SetLineJoinStyle(style string)
	SetDashPattern(lengths []float64, phase float64)

	GetStringWidth(text string) float64
	GetConversionRatio() float64

	Line(x1, y1, x2, y2 float64)
	MoveTo(x, y float64)
	LineTo(x, y float64)
	DrawPath(style string)
	Polygon(points []gofpdf.PointType, style string)
	Rect(x, y, width, height float64, style string)
	RoundedRect(x, y, width, height, radius float64, corners, style string)
	Circle(x, y, radius float64, style string)
	Text(x, y float64, text string)

	// Phrase says that the texts until Unphrase are the pieces of one, in the order they are drawn in; text is how it reads.
	Phrase(text string)
	Unphrase()
	// Figure says that what is drawn until Unfigure is a picture, and what it shows.
	Figure(words string)
	Unfigure()
}
