package reports

import (
	"bytes"
	"compress/zlib"
	_ "embed" // the font files.
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"

	"github.com/jung-kurt/gofpdf"
	"golang.org/x/text/encoding/charmap"
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

// source is a font file that fonts of one byte a character are cut from: the usual ones, and blocks of the characters beyond those.
type source struct {
	family string // the name of its usual font in a document; its blocks have their number behind it.
	styles []cutStyle
	// covered are the characters that all its styles have.
	covered map[rune]bool

	mu     sync.Mutex
	blocks map[rune][]style
}

// cutStyle is one file of a source, without what a PDF has no use for: the font's name, and gofpdf's names for the styles that
// it is used for.
type cutStyle struct {
	font  string
	ttf   []byte
	names []string
	probe *gofpdf.Fpdf // has the whole font, for its measures.
}

// style is a font made ready once: parsing and cutting a font costs more than drawing a whole report.
type style struct {
	name       string // gofpdf's style.
	definition []byte // gofpdf's JSON.
	packed     []byte // the font cut to its characters, deflated.
}

// fontSet is what documents are lettered with.
type fontSet struct {
	own, spare *source
	narrow     []style    // of our own font: what nearly all texts are written with, as cp1252 has it.
	box        definition // of our own font without a character, to be named.
	boxFile    []byte     // it, deflated.
}

var fonts = sync.OnceValues(makeFonts)

func makeFonts() (*fontSet, error) {
	own, err := newSource(family, cutStyle{font: "SourceSans3-Regular", ttf: regularTTF, names: []string{""}}, cutStyle{font: "SourceSans3-Semibold", ttf: semiboldTTF, names: []string{"B"}})
	if err != nil {
		return nil, err
	}
	set := &fontSet{own: own}
	if set.spare, err = newSource(spareFamily, cutStyle{font: "DejaVuSans", ttf: spareTTF, names: []string{"", "B"}}); err != nil {
		return nil, err
	}
	maps.DeleteFunc(set.spare.covered, func(r rune, _ bool) bool { return own.covered[r] || !isSpare(r) })
	var chars [256]rune
	for r := rune(' '); r <= '~'; r++ {
		chars[r] = r
	}
	for _, r := range usual {
		if b, ok := usualByte(r); ok {
			chars[b] = r
		}
	}
	if set.narrow, err = own.cut("", chars, ""); err != nil {
		return nil, err
	}
	empty, err := own.cut("box", [256]rune{}, "")
	if err != nil {
		return nil, err
	}
	set.boxFile = empty[0].packed
	return set, json.Unmarshal(empty[0].definition, &set.box)
}

func newSource(family string, styles ...cutStyle) (*source, error) {
	s := &source{family: family, blocks: map[rune][]style{}}
	for _, c := range styles {
		var err error
		if c.ttf, err = slim(c.ttf); err != nil {
			return nil, err
		}
		has, err := coverage(c.ttf)
		if err != nil {
			return nil, err
		}
		if s.covered == nil {
			s.covered = has
		}
		c.probe = gofpdf.New("P", "mm", "A4", "")
		c.probe.AddUTF8FontFromBytes("probe", "", bytes.Clone(c.ttf))
		c.probe.SetFont("probe", "", 10)
		if err := c.probe.Error(); err != nil {
			return nil, fmt.Errorf("font %s: %w", c.font, err)
		}
		maps.DeleteFunc(s.covered, func(r rune, _ bool) bool { return !has[r] })
		s.styles = append(s.styles, c)
	}
	return s, nil
}

// usual are the characters beyond ASCII that every document has: the letters of Dutch and its neighbours, and the signs of our own
// words. The other half of cp1252 would be a seventh of each file.
const usual = "ÀÁÂÄÇÈÉÊËÌÍÎÏÑÒÓÔÖÙÚÛÜßàáâäçèéêëìíîïñòóôöùúûü€–—‘’“”…·•×°½\u00a0"

var usualBytes = func() map[rune]byte {
	out := map[rune]byte{}
	for _, r := range usual {
		if b, ok := charmap.Windows1252.EncodeRune(r); ok {
			out[r] = b
		}
	}
	return out
}()

// usualByte is where cp1252 has a usual character; ok is false for any other beyond ASCII.
func usualByte(r rune) (b byte, ok bool) {
	b, ok = usualBytes[r]
	return b, ok
}

// blockSize is how many characters a block has: few, so that a document with one foreign letter carries few others, and enough
// for the accented letters of a language in two or three of them.
const blockSize = 64

// block gives the fonts of the characters from n times blockSize on, made at the first text that has one of them.
func (s *source) block(n rune) ([]style, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if made, ok := s.blocks[n]; ok {
		return made, nil
	}
	var chars [256]rune
	var names strings.Builder // of the characters, as PDF readers know them without being told more (Adobe Glyph List).
	names.WriteString("32")
	for i := range rune(blockSize) {
		r := n*blockSize + i
		fmt.Fprintf(&names, " /uni%04X", r)
		if _, everywhere := usualByte(r); !everywhere && r > '~' {
			chars[32+i] = r
		}
	}
	made, err := s.cut(strconv.Itoa(int(n)), chars, names.String())
	if err == nil {
		s.blocks[n] = made
	}
	return made, err
}

// cut makes fonts of up to 224 characters (the first 32 bytes are for controlling), one of each style, by the byte that stands for
// each. Names are how gofpdf says which characters they are where they are not those of cp1252.
func (s *source) cut(part string, chars [256]rune, names string) ([]style, error) {
	var runes strings.Builder
	for _, r := range chars {
		if s.covered[r] {
			runes.WriteRune(r)
		}
	}
	var out []style
	for _, c := range s.styles {
		// gofpdf pads tables in place while it cuts.
		cut := gofpdf.UTF8CutFont(bytes.Clone(c.ttf), runes.String())
		file := c.font
		if part != "" {
			file += "-" + part
		}
		d := define(c, file, chars, names, len(cut))
		var z bytes.Buffer
		w, err := zlib.NewWriterLevel(&z, zlib.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(cut); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		for _, name := range c.names {
			d.Name = "TTREPT+" + file
			if len(c.names) > 1 {
				d.Name += name // gofpdf tells fonts apart by what is in their definitions.
			}
			definition, err := json.Marshal(d)
			if err != nil {
				return nil, err
			}
			out = append(out, style{name, definition, z.Bytes()})
		}
	}
	return out, nil
}

// definition is gofpdf's of a font of one byte a character.
type definition struct {
	Tp, Name        string
	Desc            gofpdf.FontDescType
	Up, Ut          int
	Cw              []int
	Enc, Diff, File string
	OriginalSize    int
}

// define makes the definition of a font but for its name. The widths are those that gofpdf itself reads from the file.
func define(c cutStyle, file string, chars [256]rune, names string, size int) definition {
	desc := c.probe.GetFontDesc("probe", "")
	desc.Flags = 1 << 5 // non-symbolic: its characters are named by the encoding.
	widths := make([]int, 256)
	for b, r := range chars {
		widths[b] = desc.MissingWidth
		if r != 0 {
			widths[b] = c.probe.GetStringSymbolWidth(string(r))
		}
	}
	return definition{"TrueType", "", desc, -50, 50, widths, "cp1252", names, file + ".z", size}
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
