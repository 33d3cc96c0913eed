package reports

import (
	"errors"
	"strings"
	"unicode/utf8"

	"tussentijds/internal/chart"
)

// The paper: A4 in millimetres, with room for a thumb at the sides and for the footer below.
const (
	paperWidth  = 210.0
	paperHeight = 297.0
	marginSide  = 22.0
	textWidth   = paperWidth - 2*marginSide
	pageTop     = 28.0
	pageBottom  = paperHeight - 22.0
	footerAt    = paperHeight - 13.0
)

type colour struct{ r, g, b int }

// Our colours: deep green ink on white, warm paper for bands and tiles, and one warm accent.
var (
	inkColour    = colour{0x24, 0x34, 0x31}
	deepColour   = colour{0x17, 0x44, 0x3e}
	mutedColour  = colour{0x62, 0x67, 0x60}
	accentColour = colour{0xa8, 0x4a, 0x24}
	paperColour  = colour{0xf6, 0xf0, 0xe4}
	lineColour   = colour{0xe0, 0xd7, 0xc5}
	lensColour   = colour{0xe3, 0xa5, 0x7e}
	leafColour   = colour{0xdd, 0xe5, 0xd9}
	sandColour   = colour{0xee, 0xdf, 0xca}
)

// letter is one kind of lettering: gofpdf's style, size in points, line height in millimetres, colour.
type letter struct {
	style  string
	size   float64
	height float64
	colour colour
}

var (
	titleLetter   = letter{"B", 29, 12, deepColour}
	monthLetter   = letter{"", 17, 8, accentColour}
	readerLetter  = letter{"B", 13, 6, inkColour}
	smallLetter   = letter{"", 9.5, 4.7, mutedColour}
	brandLetter   = letter{"B", 10.5, 5.2, deepColour}
	sectionLetter = letter{"B", 16, 7.4, deepColour}
	headingLetter = letter{"B", 11.5, 5.6, inkColour}
	bodyLetter    = letter{"", 10.5, 5.3, inkColour}
	factLetter    = letter{"B", 10.5, 5.3, inkColour}
	figureLetter  = letter{"B", 18, 8, deepColour}
	captionLetter = letter{"", 9, 4.3, mutedColour}
	headLetter    = letter{"B", 8.5, 4.2, mutedColour}
	pageLetter    = letter{"", 8.5, 4.2, accentColour}
	cellLetter    = letter{"", 9.8, 4.8, inkColour}
	linkLetter    = letter{"", 9.5, 4.7, accentColour}
	footLetter    = letter{"", 8, 3.8, mutedColour}
)

// sheet is a document being drawn: the pen's place on the page, and the texts that each page repeats.
type sheet struct {
	pdf     pen
	face    *lettering
	letter  letter // in use.
	y       float64
	bottom  float64 // where the text of this page ends.
	own     colours
	running string // stands above every page but the first, already encoded.
	pages   int    // begun so far, without the first.

	contents []entry
}

func (p *sheet) use(l letter) {
	p.letter = l
	p.pdf.SetFont(p.face.family, l.style, l.size)
	c := p.tone(l.colour)
	p.pdf.SetTextColor(c.r, c.g, c.b)
}

func (p *sheet) fill(c colour) {
	c = p.tone(c)
	p.pdf.SetFillColor(c.r, c.g, c.b)
}

// mostPages is where drawing gives up: many times the longest file of one person, and few enough that what would never end
// fails within seconds, alone and with a reason, instead of holding its worker.
const mostPages = 2000

// newPage goes to the top of a fresh page.
func (p *sheet) newPage() {
	if p.pages++; p.pages > mostPages {
		panic(errors.New("more pages than any document has"))
	}
	p.pdf.AddPage()
	p.use(footLetter)
	p.write(marginSide, 17, p.running)
	p.rule(20)
	p.y, p.bottom = pageTop, pageBottom
}

// need begins a new page when less than the given height is left.
func (p *sheet) need(height float64) {
	if p.y+height > p.bottom && p.y > pageTop {
		p.newPage()
	}
}

// rule draws a hairline over the width of the text.
func (p *sheet) rule(y float64) {
	p.pdf.SetDrawColor(lineColour.r, lineColour.g, lineColour.b)
	p.pdf.SetLineWidth(0.2)
	p.pdf.Line(marginSide, y, paperWidth-marginSide, y)
}

// line writes one encoded line whose top is at y, and keeps the baseline where the eye expects it.
func (p *sheet) line(x, y float64, l letter, encoded string) {
	p.write(x, y+l.height*0.5+l.size*0.12, encoded)
}

// write puts an encoded text at its baseline, in the letter in use.
func (p *sheet) write(x, y float64, encoded string) {
	if isASCII(encoded) {
		p.pdf.Text(x, y, encoded)
		return
	}
	p.pdf.Phrase(encoded)
	p.each(encoded, func(piece string) {
		p.pdf.Text(x, y, piece)
		x += p.pdf.GetStringWidth(piece)
	})
	p.pdf.Unphrase()
}

// width gives the width of an encoded text in the letter in use.
func (p *sheet) width(encoded string) float64 {
	if isASCII(encoded) {
		return p.pdf.GetStringWidth(encoded)
	}
	width := 0.0
	p.each(encoded, func(piece string) { width += p.pdf.GetStringWidth(piece) })
	return width
}

// widthOf gives the width of a text in a letter.
func (p *sheet) widthOf(text string, l letter) float64 {
	p.use(l)
	return p.width(p.face.encode(text))
}

// each hands the pieces of a text over with their font set, and sets the letter's own font again.
func (p *sheet) each(encoded string, do func(piece string)) {
	for _, piece := range p.face.pieces(encoded, p.letter.style) {
		p.pdf.SetFont(piece.Family, p.letter.style, p.letter.size)
		do(piece.Text)
	}
	p.pdf.SetFont(p.face.family, p.letter.style, p.letter.size)
}

// wrap breaks a text into encoded lines of at most the given width; a word wider than that is broken.
func (p *sheet) wrap(text string, l letter, width float64) []string {
	p.use(l)
	encoded := p.face.encode(text)
	if p.width(encoded) <= width {
		return []string{encoded}
	}
	space := p.width(" ")
	var lines []string
	start, end, used := 0, 0, 0.0 // encoded[start:end] is the line so far.
	for at := 0; at < len(encoded); {
		stop := strings.IndexByte(encoded[at:], ' ')
		if stop < 0 {
			stop = len(encoded)
		} else {
			stop += at
		}
		wide := p.width(encoded[at:stop])
		switch {
		case end > start && used+space+wide <= width:
			end, used = stop, used+space+wide
		default:
			if end > start {
				lines = append(lines, encoded[start:end])
			}
			for wide > width && at < stop {
				cut, took := p.cut(encoded[at:stop], width)
				lines = append(lines, encoded[at:at+cut])
				at += cut
				wide -= took
			}
			start, end, used = at, stop, wide
		}
		at = stop + 1
	}
	if end > start {
		lines = append(lines, encoded[start:end])
	}
	return lines
}

// cut gives how many bytes of an encoded word fit the width, at least one character, and how wide they are.
func (p *sheet) cut(word string, width float64) (bytes int, took float64) {
	for bytes < len(word) {
		_, n := utf8.DecodeRuneInString(word[bytes:])
		wide := p.width(word[bytes : bytes+n])
		if took+wide > width && bytes > 0 {
			break
		}
		bytes, took = bytes+n, took+wide
	}
	return bytes, took
}

// clip shortens a text to one encoded line of the given width, with an ellipsis when something had to go.
func (p *sheet) clip(text string, l letter, width float64) string {
	return strings.Join(p.clipLines(text, l, width, 1), "")
}

// clipLines wraps a text to at most n lines; the last ends in an ellipsis when something had to go.
func (p *sheet) clipLines(text string, l letter, width float64, n int) []string {
	const most = 300 // characters a line cannot hold at any size.
	if runes := []rune(text); len(runes) > most*n {
		text = string(runes[:most*n])
	}
	lines := p.wrap(text, l, width)
	if len(lines) <= n {
		return lines
	}
	dots := p.face.encode("…")
	lines = lines[:n]
	last := lines[n-1]
	if room := width - p.width(dots); p.width(last) > room {
		keep, _ := p.cut(last, room)
		last = last[:keep]
	}
	lines[n-1] = last + dots
	return lines
}

// flow writes a paragraph over as many pages as it needs, never leaving a single line behind or taking one along alone.
// Each is called for every line with its top, to decorate it.
func (p *sheet) flow(x, width float64, l letter, text string, each func(top float64)) {
	lines := p.wrap(text, l, width)
	for i, encoded := range lines {
		together := 1.0 // how many lines from here must stay on one page.
		switch left := len(lines) - i; {
		case left == 3 && i == 0:
			together = 3
		case left == 2 || i == 0 && left > 1:
			together = 2
		}
		if p.y+together*l.height > p.bottom {
			p.newPage()
			p.use(l)
		}
		if each != nil {
			each(p.y)
			p.use(l)
		}
		p.line(x, p.y, l, encoded)
		p.y += l.height
	}
}

func (p *sheet) chartType() chart.Type {
	return chart.Type{Family: p.face.family, Size: 8.5, Pieces: p.face.chartPieces}
}

// chart draws a chart over the width of the text.
func (p *sheet) chart(c chart.Chart, height float64) {
	p.need(height)
	chart.PDF(p.pdf, marginSide, p.y, textWidth, height, c, p.chartType())
	p.y += height
}

// table writes a table: the first column takes what the figures leave, its texts wrap, and the header stands again on
// each page.
func (p *sheet) table(header []string, rows [][]string) {
	if len(header) == 0 {
		return
	}
	const gap, first = 3.0, 50.0
	widest := (textWidth - first) / float64(max(len(header)-1, 1))
	widths := make([]float64, len(header))
	widths[0] = textWidth
	for i := 1; i < len(header); i++ {
		p.use(headLetter)
		widths[i] = p.width(p.face.encode(header[i]))
		p.use(cellLetter)
		for _, row := range rows {
			widths[i] = max(widths[i], p.width(p.face.encode(row[i])))
		}
		widths[i] = min(max(widths[i]+gap, 15), widest)
		widths[0] -= widths[i]
	}
	cells := func(l letter, row []string) {
		right := marginSide + widths[0]
		for i := 1; i < len(row); i++ {
			right += widths[i]
			encoded := p.clip(row[i], l, widths[i]-1)
			p.line(right-p.width(encoded), p.y, l, encoded)
		}
	}
	head := func() {
		p.use(headLetter)
		p.line(marginSide, p.y, headLetter, p.clip(header[0], headLetter, widths[0]-gap))
		cells(headLetter, header)
		p.y += headLetter.height + 1
		p.rule(p.y)
		p.y += 1.2
	}
	p.need(headLetter.height + 2*cellLetter.height + 6)
	head()
	for _, row := range rows {
		lines := p.wrap(row[0], cellLetter, widths[0]-gap)
		tall := float64(len(lines))*cellLetter.height + 2.4
		if p.y+tall > p.bottom && (tall < pageBottom-pageTop-10 || p.y+2*cellLetter.height > p.bottom) {
			p.newPage()
			head()
		}
		p.use(cellLetter)
		cells(cellLetter, row)
		for _, encoded := range lines {
			if p.y+cellLetter.height > p.bottom {
				p.newPage()
				head()
				p.use(cellLetter)
			}
			p.line(marginSide, p.y, cellLetter, encoded)
			p.y += cellLetter.height
		}
		p.y += 1.2
		p.rule(p.y)
		p.y += 1.2
	}
}
