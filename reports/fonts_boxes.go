package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jung-kurt/gofpdf"
)

// boxesAFont is how many characters a font of boxes has.
const boxesAFont = 220

// boxesIn are the characters of a document that no font has, in the order in which they came up. Each shows as a box, and is still
// read and copied as what it is: which one it is the font says, but not before it is known which ones there are.
type boxesIn struct {
	pdf   *gofpdf.Fpdf
	set   *fontSet
	codes map[rune]int
	runes []rune
}

// place gives where a character stands among the boxes.
func (in *boxesIn) place(r rune) (family string, b byte) {
	n, known := in.codes[r]
	if !known {
		if in.codes == nil {
			in.codes = map[rune]int{}
		}
		n = len(in.runes)
		in.codes[r], in.runes = n, append(in.runes, r)
	}
	family = fmt.Sprintf("box%d", n/boxesAFont)
	if !known && n%boxesAFont == 0 {
		for _, style := range []string{"", "B"} {
			d := in.set.box
			d.Name, d.Diff = fmt.Sprintf("TTREPT+Box%d%s", n/boxesAFont, style), "32 "+unnamed(n/boxesAFont)
			definition, err := json.Marshal(d)
			if err != nil {
				in.pdf.SetError(err)
			}
			in.pdf.AddFontFromBytes(family, style, definition, in.set.boxFile)
		}
	}
	return family, byte(32 + n%boxesAFont) // #nosec G115 -- below 256.
}

// unnamed are the names of a font's boxes while it is not known what stands in them: as long as those that come in their place.
func unnamed(font int) string {
	var names strings.Builder
	for i := range boxesAFont {
		fmt.Fprintf(&names, "/q%03d%03d ", font, i)
	}
	return names.String()
}

// name writes the characters' names in their place.
func (in *boxesIn) name(pdf []byte) {
	for from := 0; from < len(in.runes); from += boxesAFont {
		font := unnamed(from / boxesAFont)
		at := bytes.Index(pdf, []byte(font))
		if at < 0 {
			continue
		}
		named := pdf[at:at]
		for _, r := range in.runes[from:min(from+boxesAFont, len(in.runes))] {
			named = fmt.Appendf(named, "/uni%04X ", r)
		}
		for len(named) < len(font) {
			named = append(named, "/uni0020 "...)
		}
	}
}
