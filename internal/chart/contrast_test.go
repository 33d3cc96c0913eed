package chart

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestContrast(t *testing.T) {
	require.InDelta(t, 21, Contrast("#000000", "#ffffff"), 0.001)
	require.InDelta(t, 1, Contrast("#336699", "#336699"), 0.001)
	require.InDelta(t, 4.54, Contrast("#767676", "#ffffff"), 0.01, "the well-known grey that just passes")
	for typed, want := range map[string]string{"#A84A24": "#a84a24", " #0a0b0c ": "#0a0b0c", "#abc": "", "red": "", "#12345g": "", "": ""} {
		hex, ok := Hex(typed)
		require.Equal(t, want != "", ok, typed)
		if ok {
			require.Equal(t, want, hex)
		}
	}
}

func TestReadableKeepsWhatCanBeRead(t *testing.T) {
	require.Equal(t, "#17443e", Readable("#17443e"), "dark enough: left alone")
	require.NotEqual(t, "#ffd400", Readable("#ffd400"))
	rapid.Check(t, func(r *rapid.T) {
		hex := fmt.Sprintf("#%06x", rapid.IntRange(0, 0xffffff).Draw(r, "colour"))
		got := Readable(hex)
		if Contrast(got, "#ffffff") < TextContrast || Contrast(got, Paper) < TextContrast {
			r.Fatalf("%s became %s", hex, got)
		}
		if got == Readable(got) {
			return
		}
		r.Fatalf("%s is not kept", got)
	})
}
