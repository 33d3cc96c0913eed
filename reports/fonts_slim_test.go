package reports

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	fixedpoint "golang.org/x/image/math/fixed"
	"golang.org/x/text/encoding/charmap"
)

// A font that was made slim is read by others, and every letter is drawn and as wide as before.
func TestASlimFontSetsTheSame(t *testing.T) {
	for name, whole := range map[string][]byte{"regular": regularTTF, "semibold": semiboldTTF, "spare": spareTTF} {
		t.Run(name, func(t *testing.T) {
			short, err := slim(whole)
			require.NoError(t, err)
			require.Less(t, len(short), len(whole)*9/10)
			before, err := sfnt.Parse(whole)
			require.NoError(t, err)
			after, err := sfnt.Parse(short)
			require.NoError(t, err)
			require.Equal(t, before.NumGlyphs(), after.NumGlyphs())
			drawn := 0
			var b, a sfnt.Buffer
			size := fixedpoint.I(1000)
			for i := range before.NumGlyphs() {
				glyph := sfnt.GlyphIndex(i) // #nosec G115 -- a font has fewer than 65,536.
				want, err := before.LoadGlyph(&b, glyph, size, nil)
				require.NoError(t, err)
				got, err := after.LoadGlyph(&a, glyph, size, nil)
				require.NoError(t, err)
				require.Equal(t, want, got, glyph)
				drawn += len(got)
				wide, err := before.GlyphAdvance(&b, glyph, size, font.HintingNone)
				require.NoError(t, err)
				same, err := after.GlyphAdvance(&a, glyph, size, font.HintingNone)
				require.NoError(t, err)
				require.Equal(t, wide, same, glyph)
			}
			require.Greater(t, drawn, 10_000)
			for _, id := range []sfnt.NameID{sfnt.NameIDCopyright, sfnt.NameIDFamily, sfnt.NameIDPostScript} {
				want, err := before.Name(&b, id)
				require.NoError(t, err)
				got, err := after.Name(&a, id)
				require.NoError(t, err)
				require.Equal(t, want, got)
			}
			for _, r := range "aZ€ëÿ–’" {
				want, err := before.GlyphIndex(&b, r)
				require.NoError(t, err)
				got, err := after.GlyphIndex(&a, r)
				require.NoError(t, err)
				require.Equal(t, want, got)
			}
			require.Zero(t, sumOf(short)-0xB1B0AFBA, "a font file sums up to this with its own sum in it (OpenType 1.9, head)")
			for i := range int(binary.BigEndian.Uint16(short[4:])) {
				record := short[12+16*i:]
				from, length := binary.BigEndian.Uint32(record[8:]), int(binary.BigEndian.Uint32(record[12:]))
				table := slices.Clone(short[from : int(from)+(length+3)&^3])
				if string(record[:4]) == "head" {
					clear(table[8:12])
				}
				require.Equal(t, binary.BigEndian.Uint32(record[4:]), sumOf(table), string(record[:4]))
			}
		})
	}
}

// What is no font, or ends early, is refused and not read past its end.
func TestAFontThatCannotBeReadIsRefused(t *testing.T) {
	for _, bad := range [][]byte{nil, []byte("no font"), regularTTF[:200], regularTTF[:len(regularTTF)/2]} {
		_, err := slim(bad)
		require.ErrorIs(t, err, errSlim)
	}
}

// Each font of one byte a character draws what the file it was cut from draws, as wide.
func TestCutFontsDrawTheSame(t *testing.T) {
	set, err := fonts()
	require.NoError(t, err)
	drawn := 0
	check := func(of *source, made []style, charOf func(b int) rune) {
		for _, s := range made {
			file := of.styles[0]
			for _, f := range of.styles {
				if slices.Contains(f.names, s.name) {
					file = f
				}
			}
			whole, err := sfnt.Parse(file.ttf)
			require.NoError(t, err)
			z, err := zlib.NewReader(bytes.NewReader(s.packed))
			require.NoError(t, err)
			cut, err := io.ReadAll(z)
			require.NoError(t, err)
			part, err := sfnt.Parse(cut)
			require.NoError(t, err)
			var d definition
			require.NoError(t, json.Unmarshal(s.definition, &d))
			require.Equal(t, len(cut), d.OriginalSize)
			var a, b sfnt.Buffer
			units := int(whole.UnitsPerEm())
			for code := 32; code < 256; code++ {
				r := charOf(code)
				if r == 0 || !of.covered[r] {
					continue
				}
				from, err := whole.GlyphIndex(&a, r)
				require.NoError(t, err)
				to, err := part.GlyphIndex(&b, r)
				require.NoError(t, err)
				require.NotZero(t, to, "%q is not in its font", r)
				want, err := whole.LoadGlyph(&a, from, fixedpoint.I(units), nil)
				require.NoError(t, err)
				got, err := part.LoadGlyph(&b, to, fixedpoint.I(units), nil)
				require.NoError(t, err)
				require.Equal(t, want, got, "%q", r)
				wide, err := whole.GlyphAdvance(&a, from, fixedpoint.I(1000), font.HintingNone)
				require.NoError(t, err)
				require.InDelta(t, float64(wide)/64, d.Cw[code], 1, "%q", r)
				drawn++
			}
		}
	}
	check(set.own, set.narrow, func(b int) rune {
		r := charmap.Windows1252.DecodeByte(byte(b))
		if _, everywhere := usualByte(r); r > '~' && !everywhere {
			return 0
		}
		return r
	})
	require.Greater(t, drawn, 2*140)
	for _, number := range []rune{0x80, 0xc0, 0x100, 0x140, 0x180, 0x380, 0x3c0, 0x400, 0x440, 0x1ec0, 0x2190, 0x2700} {
		made, err := set.own.block(number / blockSize)
		require.NoError(t, err)
		check(set.own, made, func(b int) rune {
			r := number/blockSize*blockSize + rune(b) - 32
			if _, everywhere := usualByte(r); b >= 32+blockSize || everywhere {
				return 0
			}
			return r
		})
	}
	require.Greater(t, drawn, 1200)
}
