package reports

import (
	"github.com/jung-kurt/gofpdf"
	"golang.org/x/text/encoding/charmap"
)

const helvetica = "Helvetica"

// BuildFloor draws the report with a font that every reader has, so that no font is made or embedded: what a report costs
// at the least, for the benchmarks. It gives a PDF that nobody should get, for it letters only what cp1252 has.
func BuildFloor(s Snapshot) ([]byte, error) {
	return draw(s.cleaned(), func(*gofpdf.Fpdf) *lettering {
		return &lettering{family: helvetica, split: bytewise(helvetica, func(r rune, _ string) (string, byte) {
			if b, ok := charmap.Windows1252.EncodeRune(r); ok {
				return helvetica, b
			}
			return helvetica, '?'
		})}
	})
}
