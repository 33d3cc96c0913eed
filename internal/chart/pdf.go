package chart

import (
	"strconv"

	"github.com/jung-kurt/gofpdf"
)

// Type is the lettering of a chart in a PDF: a family of the document with a regular and a "B" style, its size in points,
// and how a text in a style becomes pieces to draw from left to right (nil draws it as it is, in the family).
type Type struct {
	Family string
	Size   float64
	Pieces func(text, style string) []Piece
}

// Piece is a part of a text in one family, in that family's bytes.
type Piece struct{ Family, Text string }

// PDF draws the chart as vectors in the box at x, y of width w and height h, all in the document's unit. It leaves font,
// colours, line width and dash of the document changed.
func PDF(pdf Pen, x, y, w, h float64, c Chart, t Type) {
	cv := newPDFCanvas(pdf, x, y, w, h, t)
	title, desc := c.Words()
	pdf.Figure(title + ". " + desc)
	pdf.SetLineCapStyle("round")
	pdf.SetLineJoinStyle("round")
	c.Draw(cv)
	cv.dash(nil)
	pdf.SetLineCapStyle("butt")
	pdf.SetLineJoinStyle("miter")
	pdf.Unfigure()
}

// PDFHeight gives the height that a chart asks for at a width, in the document's unit; ok is false for one that takes what
// it is given.
func PDFHeight(pdf Pen, w float64, c Chart, t Type) (height float64, ok bool) {
	tall, ok := c.(Tall)
	if !ok {
		return 0, false
	}
	return tall.Height(newPDFCanvas(pdf, 0, 0, w, 0, t)), true
}

func newPDFCanvas(pdf Pen, x, y, w, h float64, t Type) *pdfCanvas {
	if t.Pieces == nil {
		t.Pieces = func(s, _ string) []Piece { return []Piece{{t.Family, s}} }
	}
	return &pdfCanvas{pdf: pdf, x: x, y: y, w: w, h: h, em: t.Size / pdf.GetConversionRatio(), t: t}
}

type pdfCanvas struct {
	pdf            Pen
	x, y, w, h, em float64
	t              Type
	dashed         bool
}

func rgb(hex string) (r, g, b int) {
	v, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return 0, 0, 0
	}
	return int(v >> 16), int(v >> 8 & 0xff), int(v & 0xff)
}

func (cv *pdfCanvas) dash(pattern []float64) {
	if len(pattern) == 0 && !cv.dashed {
		return
	}
	lengths := make([]float64, len(pattern))
	for i, d := range pattern {
		lengths[i] = d * cv.em
	}
	cv.pdf.SetDashPattern(lengths, 0)
	cv.dashed = len(pattern) > 0
}

// pick sets pen and brush for the class and gives gofpdf's word for what to do: "D", "F" or "DF"; empty for nothing.
func (cv *pdfCanvas) pick(class string) string {
	i, style := look(class), ""
	if i.stroke != "" {
		cv.pdf.SetDrawColor(rgb(i.stroke))
		cv.pdf.SetLineWidth(i.width * cv.em)
		cv.dash(i.dash)
		style = "D"
	}
	if i.fill != "" {
		cv.pdf.SetFillColor(rgb(i.fill))
		style += "F"
	}
	return style
}

// measure gives the width of the pieces in the ink's lettering.
func (cv *pdfCanvas) measure(pieces []Piece, i ink) float64 {
	width := 0.0
	for _, piece := range pieces {
		cv.pdf.SetFont(piece.Family, i.style(), cv.t.Size*i.size)
		width += cv.pdf.GetStringWidth(piece.Text)
	}
	return width
}

// style is gofpdf's name for the weight.
func (i ink) style() string {
	if i.strong {
		return "B"
	}
	return ""
}

func (cv *pdfCanvas) Size() (width, height, em float64) { return cv.w, cv.h, cv.em }

func (cv *pdfCanvas) TextWidth(text string) float64 {
	return cv.measure(cv.t.Pieces(text, ""), ink{size: 1})
}

func (cv *pdfCanvas) Line(x1, y1, x2, y2 float64, class string) {
	cv.pick(class)
	cv.pdf.Line(cv.x+x1, cv.y+y1, cv.x+x2, cv.y+y2)
}

func (cv *pdfCanvas) Polyline(points []XY, class string) {
	if len(points) < 2 {
		return
	}
	cv.pick(class)
	cv.pdf.MoveTo(cv.x+points[0].X, cv.y+points[0].Y)
	for _, p := range points[1:] {
		cv.pdf.LineTo(cv.x+p.X, cv.y+p.Y)
	}
	cv.pdf.DrawPath("D")
}

func (cv *pdfCanvas) Polygon(points []XY, class string) {
	style := cv.pick(class)
	at := make([]gofpdf.PointType, len(points))
	for i, p := range points {
		at[i] = gofpdf.PointType{X: cv.x + p.X, Y: cv.y + p.Y}
	}
	cv.pdf.Polygon(at, style)
}

func (cv *pdfCanvas) Rect(x, y, width, height, radius float64, class string) {
	style := cv.pick(class)
	if radius > 0 {
		cv.pdf.RoundedRect(cv.x+x, cv.y+y, width, height, min(radius, width/2, height/2), "1234", style)
		return
	}
	cv.pdf.Rect(cv.x+x, cv.y+y, width, height, style)
}

func (cv *pdfCanvas) Circle(x, y, radius float64, class string) {
	cv.pdf.Circle(cv.x+x, cv.y+y, radius, cv.pick(class))
}

func (cv *pdfCanvas) Text(x, y float64, text string, anchor Anchor, class string) {
	i := look(class)
	cv.pdf.SetTextColor(rgb(i.fill))
	pieces := cv.t.Pieces(text, i.style())
	if anchor != Start {
		x -= cv.measure(pieces, i) * [...]float64{0, 0.5, 1}[anchor]
	}
	cv.pdf.Phrase(text)
	defer cv.pdf.Unphrase()
	for _, piece := range pieces {
		cv.pdf.SetFont(piece.Family, i.style(), cv.t.Size*i.size)
		cv.pdf.Text(cv.x+x, cv.y+y, piece.Text)
		if len(pieces) > 1 {
			x += cv.pdf.GetStringWidth(piece.Text)
		}
	}
}
