package chart

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/jung-kurt/gofpdf"
	"github.com/stretchr/testify/require"
)

// inkOf gives what was drawn on each page.
func inkOf(t *testing.T, draw func(*Ink)) []string {
	t.Helper()
	pdf := gofpdf.New("P", "pt", "A4", "")
	pdf.SetCompression(false)
	draw(NewInk(pdf))
	var out bytes.Buffer
	require.NoError(t, pdf.Output(&out))
	var pages []string
	for _, part := range strings.Split(out.String(), "stream\n")[1:] {
		if page, _, ok := strings.Cut(part, "\nend"); ok {
			pages = append(pages, page)
		}
	}
	return pages
}

func TestInkSetsOnlyWhatDiffers(t *testing.T) {
	pages := inkOf(t, func(i *Ink) {
		i.AddPage()
		for range 3 {
			i.SetFont("Helvetica", "", 9)
			i.SetFillColor(255, 0, 0)
			i.SetDrawColor(0, 0, 255)
			i.SetLineWidth(3)
			i.SetTextColor(0, 255, 0)
			i.Rect(10, 10, 5, 5, "DF")
			i.Text(10, 30, "x")
		}
	})
	for once, times := range map[string]int{"9.00 Tf": 1, "1 0 0 rg": 3, "0 0 1 RG": 1, "3 w": 1, "re B": 3, "(x) Tj": 3, "0 1 0 rg": 3, "q ": 0} {
		require.Equal(t, times, strings.Count(pages[0], once), once)
	}
}

// Whoever goes back to a page finds it as that page ended, whatever was set on others since.
func TestInkGoesBackToAPage(t *testing.T) {
	pages := inkOf(t, func(i *Ink) {
		i.AddPage()
		i.SetFont("Helvetica", "", 9)
		i.SetFillColor(255, 0, 0)
		i.AddPage()
		i.SetFont("Helvetica", "B", 20)
		i.SetFillColor(0, 0, 255)
		i.SetPage(1)
		i.SetFont("Helvetica", "B", 20)
		i.SetFillColor(0, 0, 255)
		i.Rect(10, 10, 5, 5, "F")
	})
	require.Contains(t, pages[0], "20.00 Tf")
	require.Regexp(t, `0 0 1 rg .* re f`, pages[0])
}

func TestADotIsALineAndACircleACircle(t *testing.T) {
	pages := inkOf(t, func(i *Ink) {
		i.AddPage()
		i.SetLineWidth(2)
		i.SetLineCapStyle("round")
		i.SetDrawColor(255, 0, 0)
		i.SetFillColor(255, 0, 0)
		i.Circle(50, 50, 4, "DF")
		i.SetFillColor(255, 255, 255)
		i.Circle(80, 50, 4, "DF")
	})
	dot, circle, found := strings.Cut(pages[0], "2 w 1 1 1 rg ")
	require.True(t, found, "after the dot the line is as wide as before")
	require.Equal(t, 1, strings.Count(dot, "10 w"), "as wide as the dot, edge included")
	require.NotContains(t, dot, " c ")
	require.Contains(t, circle, " c ", "a circle of two colours is drawn as curves")
}

// Numbers are as short as they can be, and what is none does no harm to the file.
func TestInkWritesShortNumbers(t *testing.T) {
	pages := inkOf(t, func(i *Ink) {
		i.AddPage()
		i.SetFillColor(1, 128, 254)
		i.Rect(0.004, 831.89, 12.5, 7.254, "F")
		i.Rect(math.NaN(), math.Inf(1), -3, 0.1, "F")
		i.SetFont("Helvetica", "", 9)
		i.Text(1, 831.89, "a(b)c\\d\r")
	})
	require.Contains(t, pages[0], "0.004 0.502 0.996 rg 0 10 12.5 -7.25 re f\n")
	require.Contains(t, pages[0], "0 0 -3 -0.1 re f\n")
	require.Contains(t, pages[0], `BT 1 10 Td (a\(b\)c\\d\r) Tj ET`)
}
