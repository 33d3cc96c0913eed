package chart

import (
	"math"
	"strconv"

	"github.com/jung-kurt/gofpdf"
)

// Ink is a PDF to draw on. gofpdf makes the document; what is drawn on its pages Ink writes itself (ISO 32000-1, 8.5 and 9.4), because
// gofpdf writes a colour anew each time it is set, saves and restores the state for each text of another colour than that of
// areas, and spends most of its time on digits that nobody sees. Nobody else draws on the pages or sets fonts and colours.
type Ink struct {
	*gofpdf.Fpdf
	family, style    string
	size             float64
	text, fill, line shade // that are asked for.
	filled, drawn    shade // that are in force: of letters and areas, and of lines.
	width            float64
	thick            float64 // the width that is in force; 0 for not known.
	round            bool    // lines end round.

	scale, top float64 // points a unit, and the height of a page in units.
	buf        []byte
}

// shade is a colour that is set, or none yet.
type shade struct {
	r, g, b int
	set     bool
}

// NewInk gives a document's ink.
func NewInk(pdf *gofpdf.Fpdf) *Ink {
	_, height := pdf.GetPageSize()
	return &Ink{Fpdf: pdf, scale: pdf.GetConversionRatio(), top: height, width: pdf.GetLineWidth()}
}

// AddPage begins a page, which knows no colours yet.
func (i *Ink) AddPage() {
	i.Fpdf.AddPage()
	i.filled, i.drawn, i.thick = shade{}, shade{}, 0
}

// SetPage goes back to a page, which ended with other settings than those in force.
func (i *Ink) SetPage(number int) {
	i.Fpdf.SetPage(number)
	i.family, i.filled, i.drawn, i.thick = "", shade{}, shade{}, 0
}

// SetFont sets the font for what is written from here on, also on later pages. A size of 0 is the last one.
func (i *Ink) SetFont(family, style string, size float64) {
	if family == i.family && style == i.style && size == i.size && size != 0 {
		return
	}
	i.family, i.style, i.size = family, style, size
	i.Fpdf.SetFont(family, style, size)
}

// SetTextColor sets the colour of letters.
func (i *Ink) SetTextColor(r, g, b int) { i.text = shade{r, g, b, true} }

// SetFillColor sets the colour of areas.
func (i *Ink) SetFillColor(r, g, b int) { i.fill = shade{r, g, b, true} }

// SetDrawColor sets the colour of lines.
func (i *Ink) SetDrawColor(r, g, b int) { i.line = shade{r, g, b, true} }

// SetLineWidth sets how wide lines are.
func (i *Ink) SetLineWidth(width float64) { i.width = width }

// SetLineCapStyle sets how lines end: "butt", "round" or "square".
func (i *Ink) SetLineCapStyle(style string) {
	i.round = style == "round"
	i.Fpdf.SetLineCapStyle(style)
}

// Text writes a text at its baseline.
func (i *Ink) Text(x, y float64, text string) {
	if text == "" {
		return
	}
	i.brush(i.text)
	i.buf = append(i.buf, "BT "...)
	i.at(x, y, "Td (")
	i.buf = i.buf[:len(i.buf)-1] // The text begins at its bracket.
	for k := range len(text) {
		switch c := text[k]; c {
		case '(', ')', '\\':
			i.buf = append(i.buf, '\\', c)
		case '\r':
			i.buf = append(i.buf, `\r`...)
		default:
			i.buf = append(i.buf, c)
		}
	}
	i.buf = append(i.buf, ") Tj ET"...)
	i.flush()
}

// Line draws a straight line.
func (i *Ink) Line(x1, y1, x2, y2 float64) {
	i.prepare("D")
	i.at(x1, y1, "m")
	i.at(x2, y2, "l")
	i.paint("D")
}

// MoveTo begins a path, which ends with DrawPath.
func (i *Ink) MoveTo(x, y float64) {
	i.prepare("D")
	i.at(x, y, "m")
}

// LineTo goes on with a path.
func (i *Ink) LineTo(x, y float64) { i.at(x, y, "l") }

// DrawPath draws the path as a line ("D").
func (i *Ink) DrawPath(string) { i.paint("D") }

// Polygon draws a closed shape: its line ("D"), its area ("F") or both ("DF").
func (i *Ink) Polygon(points []gofpdf.PointType, style string) {
	if len(points) < 3 {
		return
	}
	i.prepare(style)
	for k, p := range points {
		op := "l"
		if k == 0 {
			op = "m"
		}
		i.at(p.X, p.Y, op)
	}
	i.buf = append(i.buf, "h "...)
	i.paint(style)
}

// Rect draws a rectangle.
func (i *Ink) Rect(x, y, width, height float64, style string) {
	i.prepare(style)
	i.number(x * i.scale)
	i.number((i.top - y) * i.scale)
	i.number(width * i.scale)
	i.number(-height * i.scale)
	i.buf = append(i.buf, "re "...)
	i.paint(style)
}

// arc is how far the guides of a quarter of a circle reach, of its radius.
const arc = 4 * (math.Sqrt2 - 1) / 3

// RoundedRect draws a rectangle whose four corners are round.
func (i *Ink) RoundedRect(x, y, width, height, radius float64, _, style string) {
	right, bottom, guide := x+width, y+height, radius*(1-arc)
	i.prepare(style)
	i.at(x+radius, y, "m")
	i.at(right-radius, y, "l")
	i.curve(right-guide, y, right, y+guide, right, y+radius)
	i.at(right, bottom-radius, "l")
	i.curve(right, bottom-guide, right-guide, bottom, right-radius, bottom)
	i.at(x+radius, bottom, "l")
	i.curve(x+guide, bottom, x, bottom-guide, x, bottom-radius)
	i.at(x, y+radius, "l")
	i.curve(x, y+guide, x+guide, y, x+radius, y)
	i.buf = append(i.buf, "h "...)
	i.paint(style)
}

// dotLength is how long the line of a dot is in the document's unit: nothing that anyone sees, but some readers leave out a line
// without any length.
const dotLength = 0.01

// Circle draws one. A dot of one colour is a line of next to no length that ends round (ISO 32000-1, 8.4.3.3), which is much
// shorter to say than four curves.
func (i *Ink) Circle(x, y, radius float64, style string) {
	if style != "DF" || i.line != i.fill || !i.round {
		i.RoundedRect(x-radius, y-radius, 2*radius, 2*radius, radius, "", style)
		return
	}
	width := i.width
	i.width = 2*radius + width
	i.Line(x-dotLength/2, y, x+dotLength/2, y)
	i.width = width
}

// prepare sets what a shape is drawn with.
func (i *Ink) prepare(style string) {
	if style != "F" {
		if i.drawn != i.line && i.line.set {
			i.drawn = i.line
			i.shade(i.line, "RG ")
		}
		if i.thick != i.width {
			i.thick = i.width
			i.number(i.width * i.scale)
			i.buf = append(i.buf, "w "...)
		}
	}
	if style != "D" && style != "" {
		i.brush(i.fill)
	}
}

// brush sets the colour of letters and areas.
func (i *Ink) brush(c shade) {
	if c == i.filled || !c.set {
		return
	}
	i.filled = c
	i.shade(c, "rg ")
}

func (i *Ink) shade(c shade, op string) {
	for _, v := range []int{c.r, c.g, c.b} {
		i.thousandths(int64(v*1000+127) / 255)
	}
	i.buf = append(i.buf, op...)
}

// paint ends a shape.
func (i *Ink) paint(style string) {
	op := byte('S')
	switch style {
	case "F":
		op = 'f'
	case "DF", "FD":
		op = 'B'
	}
	i.buf = append(i.buf, op)
	i.flush()
}

func (i *Ink) flush() {
	i.RawWriteStr(string(i.buf))
	i.buf = i.buf[:0]
}

// curve goes on along a curve with two guides.
func (i *Ink) curve(x1, y1, x2, y2, x3, y3 float64) {
	i.at(x1, y1, "")
	i.at(x2, y2, "")
	i.at(x3, y3, "c")
}

// at writes a point, and what is done there.
func (i *Ink) at(x, y float64, op string) {
	i.number(x * i.scale)
	i.number((i.top - y) * i.scale)
	if op != "" {
		i.buf = append(append(i.buf, op...), ' ')
	}
}

// farthest is farther from a page, in points, than anything that is drawn.
const farthest = 1e6

// number writes a length in hundredths of a point, which is finer than any printer. What is no length is none.
func (i *Ink) number(points float64) {
	if !(math.Abs(points) <= farthest) { // As is no number at all.
		points = 0
	}
	i.thousandths(int64(math.Round(points*100)) * 10)
}

// thousandths writes a number of them, without zeros at its end.
func (i *Ink) thousandths(n int64) {
	if n < 0 {
		i.buf = append(i.buf, '-')
		n = -n
	}
	i.buf = strconv.AppendInt(i.buf, n/1000, 10)
	if n %= 1000; n > 0 {
		i.buf = append(i.buf, '.', byte('0'+n/100))
		if n %= 100; n > 0 {
			i.buf = append(i.buf, byte('0'+n/10))
			if n %= 10; n > 0 {
				i.buf = append(i.buf, byte('0'+n))
			}
		}
	}
	i.buf = append(i.buf, ' ')
}

// Phrase leaves no trace, nor do the three below it: gofpdf cannot write a tagged PDF.
func (*Ink) Phrase(string) {}

// Unphrase ends a Phrase.
func (*Ink) Unphrase() {}

// Figure begins a picture.
func (*Ink) Figure(string) {}

// Unfigure ends it.
func (*Ink) Unfigure() {}
