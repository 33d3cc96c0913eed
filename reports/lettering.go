package reports

import (
	"strconv"

	"github.com/jung-kurt/gofpdf"

	"tussentijds/internal/chart"
)

// lettering is how the texts of one document are written. A text stays Unicode, with joined letters joined, until it is drawn:
// then it is cut into pieces of one font each, from left to right.
type lettering struct {
	family string
	// split cuts a line in drawing order, which has more than ASCII in it, for a style.
	split func(line, style string) []chart.Piece
	// name says in the finished file what could not be said before; nil for nothing.
	name func(pdf []byte)
}

// letters begin to letter a document.
type letters func(*gofpdf.Fpdf) *lettering

// letter begins to letter a document with our fonts. A font comes into the document with the first text that needs it.
func (set *fontSet) letter(pdf *gofpdf.Fpdf) *lettering {
	for _, s := range set.narrow {
		pdf.AddFontFromBytes(family, s.name, s.definition, s.packed)
	}
	blocks, boxes := blocksIn{pdf: pdf, added: map[block]bool{}}, boxesIn{pdf: pdf, set: set}
	return &lettering{family: family, name: boxes.name, split: bytewise(family, func(r rune, style string) (string, byte) {
		if b, ok := usualByte(r); ok {
			return family, b
		}
		if set.spare.covered[r] {
			return blocks.place(set.spare, r, style)
		}
		if set.own.covered[r] {
			return blocks.place(set.own, r, style)
		}
		return boxes.place(r)
	})}
}

// bytewise splits lines for fonts of one byte a character: place gives the font that has a character, and its byte there. All
// of ASCII is in the family itself.
func bytewise(family string, place func(r rune, style string) (string, byte)) func(line, style string) []chart.Piece {
	return func(line, style string) []chart.Piece {
		var out []chart.Piece
		piece, now := make([]byte, 0, len(line)), family
		for _, r := range line {
			in, b := family, byte(r) // #nosec G115 -- below 128 where it stays.
			if r >= 0x80 {
				in, b = place(r, style)
			}
			if in != now && len(piece) > 0 {
				out = append(out, chart.Piece{Family: now, Text: string(piece)})
				piece = piece[:0]
			}
			now, piece = in, append(piece, b)
		}
		return append(out, chart.Piece{Family: now, Text: string(piece)})
	}
}

// block is one of the blocks of a source, in a style.
type block struct {
	of     *source
	number rune
	style  string
}

// blocksIn are the blocks that a document has.
type blocksIn struct {
	pdf   *gofpdf.Fpdf
	added map[block]bool
}

// place gives where a character is in one of a source's blocks, and adds that to the document when it is not there yet.
func (in blocksIn) place(of *source, r rune, style string) (family string, b byte) {
	which := block{of, r / blockSize, style}
	family = of.family + strconv.Itoa(int(which.number))
	if !in.added[which] {
		in.added[which] = true
		styles, err := of.block(which.number)
		if err != nil {
			in.pdf.SetError(err)
		}
		for _, s := range styles {
			if s.name == style {
				in.pdf.AddFontFromBytes(family, s.name, s.definition, s.packed)
			}
		}
	}
	return family, byte(32 + r%blockSize) // #nosec G115 -- below 256.
}

// encode gives a clean text as it is measured, broken into lines and drawn.
func (l *lettering) encode(text string) string {
	if isASCII(text) {
		return text
	}
	return joinLetters(text)
}

// pieces cuts a line of encoded text in a style into pieces to draw from left to right.
func (l *lettering) pieces(line, style string) []chart.Piece {
	if isASCII(line) {
		return []chart.Piece{{Family: l.family, Text: line}}
	}
	return l.split(visualOrder(line), style)
}

// chartPieces letters a text of a chart.
func (l *lettering) chartPieces(text, style string) []chart.Piece {
	return l.pieces(l.encode(text), style)
}

// isASCII tells that a text is the same in cp1252 as it is in Unicode, and runs from left to right.
func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
