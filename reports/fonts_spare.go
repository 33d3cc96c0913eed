package reports

import (
	"bytes"
	_ "embed" // the spare font.
	"strings"
	"sync"

	"github.com/jung-kurt/gofpdf"

	"tussentijds/internal/chart"
)

// The spare font letters what Source Sans lacks: Hebrew, Arabic and some smaller scripts. It has one weight. A script that
// neither font has (Chinese, Thai) shows as boxes, and its text can still be searched and copied.
//
//go:embed fonts/DejaVuSans.ttf
var spareTTF []byte

const spareFamily = "dejavusans"

// spareRanges are the characters kept of it: Armenian, Hebrew, Arabic, N'Ko, Lao, Georgian, Tifinagh, and the presentation
// forms that joined letters need.
var spareRanges = [][2]rune{{0x530, 0x6ff}, {0x7c0, 0x7ff}, {0xe80, 0xeff}, {0x10a0, 0x10ff}, {0x2d30, 0x2d7f}, {0xfb13, 0xfdff}, {0xfe70, 0xfefe}}

type spareFont struct {
	cut     []byte
	covered map[rune]bool
}

// spare is made at the first report that needs it.
var spare = sync.OnceValues(func() (*spareFont, error) {
	ttf, err := slim(spareTTF)
	if err != nil {
		return nil, err
	}
	has, err := coverage(ttf)
	if err != nil {
		return nil, err
	}
	f := &spareFont{covered: map[rune]bool{}}
	var kept strings.Builder
	for _, span := range spareRanges {
		for r := span[0]; r <= span[1]; r++ {
			if has[r] {
				f.covered[r] = true
				kept.WriteRune(r)
			}
		}
	}
	f.cut = gofpdf.UTF8CutFont(ttf, kept.String())
	return f, nil
})

// needsSpare tells whether a text has a letter beyond Source Sans.
func (set *fontSet) needsSpare(text string) bool {
	for _, r := range text {
		if r >= 0x250 && !set.covered[r] {
			return true
		}
	}
	return false
}

// mixedFace is the wide face with the spare font beside it: letters that join are joined, each line is put in drawing
// order, and each piece is lettered in the font that has it.
func (set *fontSet) mixedFace() (typeface, error) {
	f, err := spare()
	if err != nil {
		return typeface{}, err
	}
	face := set.wideFace()
	addWide := face.add
	face.add = func(pdf *gofpdf.Fpdf) {
		addWide(pdf)
		pdf.AddUTF8FontFromBytes(spareFamily, "", bytes.Clone(f.cut))
		pdf.AddUTF8FontFromBytes(spareFamily, "B", bytes.Clone(f.cut))
	}
	face.encode = joinLetters
	face.pieces = func(line string) []chart.Piece {
		if !set.needsSpare(line) {
			return []chart.Piece{{Family: family, Text: line}}
		}
		return split(visualOrder(line), f.covered)
	}
	return face, nil
}

// split cuts a line into pieces of one font.
func split(line string, spareHas map[rune]bool) []chart.Piece {
	var out []chart.Piece
	for _, r := range line {
		name := family
		if spareHas[r] {
			name = spareFamily
		}
		if n := len(out); n > 0 && out[n-1].Family == name {
			out[n-1].Text += string(r)
			continue
		}
		out = append(out, chart.Piece{Family: name, Text: string(r)})
	}
	return out
}
