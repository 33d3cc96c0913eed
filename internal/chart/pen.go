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

// Ink is a PDF to draw on. gofpdf writes a font or colour anew each time it is set; Ink sets what differs from what is set.
type Ink struct {
	*gofpdf.Fpdf
	family, style    string
	size             float64
	text, fill, line shade
	width            float64 // of lines; 0 for not set yet.
	round            bool    // lines end round.
}

// shade is a colour that is set, or none yet.
type shade struct {
	r, g, b int
	set     bool
}

// NewInk gives a document's ink. Nobody else sets its fonts and colours from then on.
func NewInk(pdf *gofpdf.Fpdf) *Ink { return &Ink{Fpdf: pdf} }

// SetFont sets the font for what is written from here on, also on later pages. A size of 0 is the last one.
func (i *Ink) SetFont(family, style string, size float64) {
	if family == i.family && style == i.style && size == i.size && size != 0 {
		return
	}
	i.family, i.style, i.size = family, style, size
	i.Fpdf.SetFont(family, style, size)
}

// SetTextColor sets the colour of letters.
func (i *Ink) SetTextColor(r, g, b int) {
	if now := (shade{r, g, b, true}); now != i.text {
		i.text = now
		i.Fpdf.SetTextColor(r, g, b)
	}
}

// SetFillColor sets the colour of areas.
func (i *Ink) SetFillColor(r, g, b int) {
	if now := (shade{r, g, b, true}); now != i.fill {
		i.fill = now
		i.Fpdf.SetFillColor(r, g, b)
	}
}

// SetDrawColor sets the colour of lines.
func (i *Ink) SetDrawColor(r, g, b int) {
	if now := (shade{r, g, b, true}); now != i.line {
		i.line = now
		i.Fpdf.SetDrawColor(r, g, b)
	}
}

// SetLineWidth sets how wide lines are.
func (i *Ink) SetLineWidth(width float64) {
	if width != i.width {
		i.width = width
		i.Fpdf.SetLineWidth(width)
	}
}

// SetLineCapStyle sets how lines end: "butt", "round" or "square".
func (i *Ink) SetLineCapStyle(style string) {
	i.round = style == "round"
	i.Fpdf.SetLineCapStyle(style)
}

// SetPage goes back to a page, which ended with other settings than those in force.
func (i *Ink) SetPage(number int) {
	*i = Ink{Fpdf: i.Fpdf, round: i.round}
	i.Fpdf.SetPage(number)
}

// dotLength is how long the line of a dot is in the document's unit: nothing that anyone sees, but some readers leave out a line
// without any length.
const dotLength = 0.01

// Circle draws one. A dot of one colour is a line of next to no length that ends round (ISO 32000-1, 8.4.3.3), which is much
// shorter to say than four curves.
func (i *Ink) Circle(x, y, radius float64, style string) {
	if style != "DF" || i.line != i.fill || !i.line.set || !i.round || i.width == 0 {
		i.Fpdf.Circle(x, y, radius, style)
		return
	}
	width := i.width
	i.SetLineWidth(2*radius + width)
	i.Line(x-dotLength/2, y, x+dotLength/2, y)
	i.SetLineWidth(width)
}

// Phrase leaves no trace, nor do the three below it: gofpdf cannot write a tagged PDF.
func (*Ink) Phrase(string) {}

// Unphrase ends a Phrase.
func (*Ink) Unphrase() {}

// Figure begins a picture.
func (*Ink) Figure(string) {}

// Unfigure ends it.
func (*Ink) Unfigure() {}
