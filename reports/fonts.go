package reports

import (
	"bytes"
	"compress/zlib"
	_ "embed" // the font files.
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/jung-kurt/gofpdf"
	"golang.org/x/text/encoding/charmap"

	"tussentijds/internal/chart"
)

// Source Sans 3 (SIL Open Font License, fonts/LICENSE-SourceSans.md), as published.
var (
	//go:embed fonts/SourceSans3-Regular.ttf
	regularTTF []byte
	//go:embed fonts/SourceSans3-Semibold.ttf
	semiboldTTF []byte
)

// The family's name in a document; style "" is regular and "B" is semibold.
const family = "sourcesans"

// typeface is one way to letter a document: the fonts to add, how a clean text becomes their bytes, and how a line of
// those becomes pieces to draw from left to right (nil: one piece of the family).
type typeface struct {
	family string
	wide   bool // its bytes are Unicode.
	add    func(pdf *gofpdf.Fpdf)
	encode func(string) string
	pieces func(string) []chart.Piece
}

// chartPieces letters a chart in the typeface.
func (t typeface) chartPieces(text string) []chart.Piece {
	if t.pieces == nil {
		return []chart.Piece{{Family: t.family, Text: t.encode(text)}}
	}
	return t.pieces(t.encode(text))
}

// style is one style of the family, made ready once: parsing and cutting a font costs more than drawing a whole report.
type style struct {
	name       string // gofpdf's style.
	definition []byte // gofpdf's JSON for the font in cp1252.
	packed     []byte // the font cut to cp1252, deflated.
	wide       []byte // the font cut to what a name in a European script may need.
}

// wideRanges are the characters kept for texts outside cp1252: Latin with all its accents, Greek, Cyrillic, punctuation,
// currency, arrows, and the signs people type.
var wideRanges = [][2]rune{
	{0x20, 0x7e},
	{0xa0, 0x24f},
	{0x250, 0x2ff},
	{0x300, 0x36f},
	{0x370, 0x3ff},
	{0x400, 0x52f},
	{0x1e00, 0x1fff},
	{0x2000, 0x206f},
	{0x2070, 0x209f},
	{0x20a0, 0x20bf},
	{0x2100, 0x218f},
	{0x2190, 0x22ff},
	{0x2500, 0x25ff},
	{0x2600, 0x27bf},
}

type fontSet struct {
	styles  []style
	covered map[rune]bool // what both styles can show.
}

var fonts = sync.OnceValues(makeFonts)

func makeFonts() (*fontSet, error) {
	set := &fontSet{}
	var narrow strings.Builder
	for b := 0x20; b < 0x100; b++ {
		if r := charmap.Windows1252.DecodeByte(byte(b)); r != '\uFFFD' {
			narrow.WriteRune(r)
		}
	}
	sources := []struct {
		name, font string
		ttf        []byte
	}{{"", "SourceSans3-Regular", regularTTF}, {"B", "SourceSans3-Semibold", semiboldTTF}}
	for _, src := range sources {
		ttf, err := slim(src.ttf)
		if err != nil {
			return nil, err
		}
		has, err := coverage(ttf)
		if err != nil {
			return nil, err
		}
		if set.covered == nil {
			set.covered = has
		}
		var wide strings.Builder
		for _, span := range wideRanges {
			for r := span[0]; r <= span[1]; r++ {
				if has[r] {
					wide.WriteRune(r)
				}
			}
		}
		for r := range set.covered {
			if !has[r] || !inWide(r) {
				delete(set.covered, r)
			}
		}
		s := style{name: src.name, wide: gofpdf.UTF8CutFont(ttf, wide.String())}
		if s.definition, s.packed, err = narrowFont(src.name, src.font, ttf, narrow.String()); err != nil {
			return nil, err
		}
		set.styles = append(set.styles, s)
	}
	return set, nil
}

func inWide(r rune) bool {
	for _, span := range wideRanges {
		if r >= span[0] && r <= span[1] {
			return true
		}
	}
	return false
}

// narrowFont makes gofpdf's definition of the font in cp1252, and the deflated font file cut to it. The widths are those
// that gofpdf itself reads from the font, so both encodings set a text alike.
func narrowFont(styleName, fontName string, ttf []byte, runes string) (definition, packed []byte, err error) {
	cut := gofpdf.UTF8CutFont(ttf, runes)
	probe := gofpdf.New("P", "mm", "A4", "")
	probe.AddUTF8FontFromBytes("probe", styleName, ttf)
	probe.SetFont("probe", styleName, 10)
	desc := probe.GetFontDesc("probe", styleName)
	desc.Flags = 1 << 5 // non-symbolic: its characters are named by the encoding.
	widths := make([]int, 256)
	for b := range widths {
		widths[b] = desc.MissingWidth
		if r := charmap.Windows1252.DecodeByte(byte(b)); b >= 0x20 && r != '\uFFFD' && r >= 0x20 {
			widths[b] = probe.GetStringSymbolWidth(string(r))
		}
	}
	if err := probe.Error(); err != nil {
		return nil, nil, fmt.Errorf("font %s: %w", fontName, err)
	}
	definition, err = json.Marshal(struct {
		Tp, Name     string
		Desc         gofpdf.FontDescType
		Up, Ut       int
		Cw           []int
		Enc, File    string
		OriginalSize int
	}{"TrueType", "TTREPT+" + fontName, desc, -50, 50, widths, "cp1252", fontName + ".z", len(cut)})
	if err != nil {
		return nil, nil, err
	}
	var z bytes.Buffer
	w, err := zlib.NewWriterLevel(&z, zlib.BestCompression)
	if err != nil {
		return nil, nil, err
	}
	if _, err := w.Write(cut); err != nil {
		return nil, nil, err
	}
	if err := w.Close(); err != nil {
		return nil, nil, err
	}
	return definition, z.Bytes(), nil
}

// coverage reads which characters of the basic plane a TrueType font has, from its cmap table in format 4 (OpenType 1.9,
// "cmap").
func coverage(ttf []byte) (map[rune]bool, error) {
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(ttf[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(ttf[at:])) }
	has := map[rune]bool{}
	for t := range u16(4) {
		record := 12 + 16*t
		if string(ttf[record:record+4]) != "cmap" {
			continue
		}
		table := u32(record + 8)
		for e := range u16(table + 2) {
			entry := table + 4 + 8*e
			sub := table + u32(entry+4)
			if u16(entry) != 3 || u16(entry+2) != 1 || u16(sub) != 4 {
				continue
			}
			n := u16(sub+6) / 2
			ends, starts := sub+14, sub+16+2*n
			deltas, offsets := starts+2*n, starts+4*n
			for i := range n {
				for r := u16(starts + 2*i); r <= u16(ends+2*i) && r < 0xffff; r++ {
					glyph := r + u16(deltas+2*i)
					if off := u16(offsets + 2*i); off != 0 {
						if glyph = u16(offsets + 2*i + off + 2*(r-u16(starts+2*i))); glyph != 0 {
							glyph += u16(deltas + 2*i)
						}
					}
					if glyph&0xffff != 0 {
						has[rune(r)] = true
					}
				}
			}
			return has, nil
		}
	}
	return nil, fmt.Errorf("the font has no character map we can read")
}

// narrowFace letters in cp1252 with the fonts made once: as cheap as a font every reader has.
func (set *fontSet) narrowFace() typeface {
	return typeface{family: family, encode: encodeNarrow, add: func(pdf *gofpdf.Fpdf) {
		for _, s := range set.styles {
			pdf.AddFontFromBytes(family, s.name, s.definition, s.packed)
		}
	}}
}

// face chooses the cheapest typeface that can show all the texts.
func (set *fontSet) face(texts []string) (typeface, error) {
	if !slices.ContainsFunc(texts, func(t string) bool { return !fitsNarrow(t) }) {
		return set.narrowFace(), nil
	}
	if slices.ContainsFunc(texts, set.needsSpare) {
		return set.mixedFace()
	}
	return set.wideFace(), nil
}

// wideFace letters in Unicode, for texts with a character outside cp1252.
func (set *fontSet) wideFace() typeface {
	return typeface{family: family, wide: true, encode: func(s string) string { return s }, add: func(pdf *gofpdf.Fpdf) {
		for _, s := range set.styles {
			// gofpdf pads tables in place while it cuts: each report gets a copy of its own.
			pdf.AddUTF8FontFromBytes(family, s.name, bytes.Clone(s.wide))
		}
	}}
}

// encodeNarrow turns a text into cp1252; what does not fit becomes "?", which the choice of typeface keeps from happening.
func encodeNarrow(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return encodeNarrowSlow(s, i)
		}
	}
	return s
}

func encodeNarrowSlow(s string, plain int) string {
	out := make([]byte, plain, len(s))
	copy(out, s)
	for _, r := range s[plain:] {
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			b = '?'
		}
		out = append(out, b)
	}
	return string(out)
}

// fitsNarrow tells whether every character of the text is in cp1252.
func fitsNarrow(s string) bool {
	for _, r := range s {
		if r >= 0x80 {
			if _, ok := charmap.Windows1252.EncodeRune(r); !ok {
				return false
			}
		}
	}
	return true
}
