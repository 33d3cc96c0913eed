package reports

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tussentijds/internal/locale"
)

func bySum(fonts []Font) map[FontSum][]byte {
	out := map[FontSum][]byte{}
	for _, f := range fonts {
		out[f.Sum] = f.Octets
	}
	return out
}

// TestALeanReportIsMadeWhole leaves the fonts out of reports, in both languages and with names of other scripts, and puts them
// back: to the octet, and two thirds of the size are kept at most.
func TestALeanReportIsMadeWhole(t *testing.T) {
	for _, lang := range locale.Langs {
		for _, name := range []string{"Noor", "Łukasz Şahin", "Олена", "علي", "王小明"} {
			s := SampleSnapshot(lang)
			s.PartnerNames[0] = name
			pdf := build(t, s)
			lean, fonts, err := Lean(pdf)
			require.NoError(t, err)
			require.Len(t, fonts, 2, "regular and semibold")
			if name == "Noor" {
				require.Less(t, len(lean)*10, len(pdf)*7, "%d of %d", len(lean), len(pdf))
			}
			sums, err := FontsOf(lean)
			require.NoError(t, err)
			require.ElementsMatch(t, []FontSum{fonts[0].Sum, fonts[1].Sum}, sums)
			whole, err := Whole(lean, bySum(fonts))
			require.NoError(t, err)
			require.True(t, bytes.Equal(pdf, whole), name)
		}
	}
}

// TestAWholeReportStaysAsItIs reads what was kept before fonts were left out.
func TestAWholeReportStaysAsItIs(t *testing.T) {
	pdf := build(t, SampleSnapshot(locale.NL))
	sums, err := FontsOf(pdf)
	require.NoError(t, err)
	require.Empty(t, sums)
	whole, err := Whole(pdf, nil)
	require.NoError(t, err)
	require.True(t, bytes.Equal(pdf, whole))

	other := []byte("%PDF-1.4 of somebody else")
	lean, fonts, err := Lean(other)
	require.NoError(t, err)
	require.Empty(t, fonts)
	require.Equal(t, other, lean)
}

// TestABrokenLeanReportIsRefused cuts and changes what was kept: that is a fault or another document, never a panic.
func TestABrokenLeanReportIsRefused(t *testing.T) {
	pdf := build(t, SampleSnapshot(locale.EN))
	lean, fonts, err := Lean(pdf)
	require.NoError(t, err)
	_, err = Whole(lean, bySum(fonts[:1]))
	require.ErrorIs(t, err, errLean, "a font is missing")
	rapid.Check(t, func(t *rapid.T) {
		broken := bytes.Clone(lean)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			broken[rapid.IntRange(0, len(broken)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		}
		broken = broken[:rapid.IntRange(0, len(broken)).Draw(t, "length")]
		whole, err := Whole(broken, bySum(fonts))
		if err == nil && bytes.Equal(whole, pdf) && !bytes.Equal(broken, lean) {
			t.Fatal("what is broken cannot give the same document")
		}
	})
	_, err = Whole(lean[:len(lean)-1], bySum(fonts))
	require.ErrorIs(t, err, errLean, "its end is missing")
}
