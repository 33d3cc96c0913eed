package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jung-kurt/gofpdf"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var monday = time.Date(2026, 9, 7, 20, 0, 0, 0, time.UTC)

func day(n int) time.Time { return monday.AddDate(0, 0, n) }

func samples(text string) map[string]Chart {
	previous := 11.0
	return map[string]Chart{
		"line": Line{Title: text, Desc: text, Min: 0, Max: 10, Series: []Series{
			{Label: text + "A", Points: []Point{{On: day(0), Value: 3}, {On: day(1), Value: 4}, {On: day(2), Gap: true}, {On: day(3), Value: 6}, {On: day(4), Value: 7}}},
			{Label: text + "B", Points: []Point{{On: day(0), Value: 5}, {On: day(1), Value: 5}, {On: day(3), Value: 5}}},
			{Label: text + "C", Points: []Point{{On: day(2), Value: 9}}},
		}},
		"bars":  Bars{Title: text, Desc: text, DoneLabel: text, OpenLabel: text, Bars: []Bar{{text, 3, 5}, {text, 0, 0}, {text, 5, 5}}},
		"bands": Bands{Title: text, Desc: text, Max: 20, Score: 14, Previous: &previous, ScoreLabel: text, Bands: []Band{{0, 9, text}, {10, 15, text}, {16, 20, text}}},
		"matrix": Matrix{
			Title: text, Desc: text, Columns: []string{text, text, text, text}, KeptLabel: text, PartLabel: text, NoneLabel: text, UnaskedLabel: text, RowHead: text, TotalHead: text,
			Rows: []MatrixRow{{Label: text, Cells: []Cell{{7, 7}, {3, 7}, {0, 2}}}},
		},
		"timeline": Timeline{Title: text, Desc: text, From: day(0), To: day(29), Moments: []Moment{{day(3)}, {day(3)}, {day(12)}}, CountHead: text},
		"path":     Path{Title: text, Desc: text, At: 4, From: 6, To: 12, AtLabel: text, RangeLabel: text, WhatHead: text},
	}
}

// parse reads an SVG as XML and gives each element's name and attributes.
func parse(t *testing.T, svg string) (elements []xml.StartElement, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements, text
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			elements = append(elements, e.Copy())
		case xml.CharData:
			text += string(e) + "\n"
		}
	}
}

func TestSVGEscapesAndKeepsTheContentPolicy(t *testing.T) {
	const evil = `"><script>alert(1)</script><a href='x' onload="y">&`
	for name, c := range samples(evil) {
		svg := SVG(600, 240, c, `x"><b>`+name)
		elements, text := parse(t, svg)
		for _, a := range elements[0].Attr {
			text += a.Value
		}
		require.Contains(t, text, evil, name)
		require.NotContains(t, svg, "style=")
		ids := map[string]bool{}
		for _, e := range elements {
			require.Contains(t, []string{"svg", "g", "path", "rect", "circle", "text"}, e.Name.Local)
			for _, a := range e.Attr {
				require.False(t, strings.HasPrefix(a.Name.Local, "on"), a.Name.Local)
				if a.Name.Local == "id" {
					require.False(t, ids[a.Value], "id twice")
					ids[a.Value] = true
				}
			}
		}
		require.Len(t, ids, 1)
	}
}

func TestSVGTellsWhatItIs(t *testing.T) {
	svg := SVG(600, 240, samples("Mood")["line"], "c7")
	require.Contains(t, svg, `role="img"`)
	require.Contains(t, svg, `aria-label="Mood. Mood"`)
	require.Contains(t, svg, `viewBox="0 0 600 240"`)
	require.Equal(t, svg, SVG(600, 240, samples("Mood")["line"], "c7"))
}

func TestLinesDifferWithoutColour(t *testing.T) {
	elements, _ := parse(t, SVG(600, 240, samples("")["line"], "c"))
	dashes, markers := map[string]bool{}, map[string]string{}
	for i, e := range elements {
		attr := map[string]string{}
		for _, a := range e.Attr {
			attr[a.Name.Local] = a.Value
		}
		if strings.HasPrefix(attr["class"], "chart-line ") {
			dashes[attr["stroke-dasharray"]] = true
		}
		if strings.HasPrefix(attr["class"], "chart-marker ") {
			next := elements[i+1]
			markers[attr["class"]] = next.Name.Local
			if next.Name.Local == "path" { // A square has upright sides.
				markers[attr["class"]] = map[bool]string{true: "square", false: "triangle"}[strings.Contains(next.Attr[0].Value, "V")]
			}
		}
	}
	require.Len(t, dashes, 3)
	require.Equal(t, map[string]string{"chart-marker chart-a": "circle", "chart-marker chart-b": "square", "chart-marker chart-c": "triangle"}, markers)
}

// TestGapBreaksTheLine counts the strokes of series A: two pieces, not one.
func TestGapBreaksTheLine(t *testing.T) {
	elements, _ := parse(t, SVG(600, 240, samples("")["line"], "c"))
	strokes, role := map[string]int{}, ""
	for _, e := range elements {
		switch e.Name.Local {
		case "g":
			role = e.Attr[0].Value
		case "path":
			if strings.HasPrefix(role, "chart-line") {
				strokes[role] += strings.Count(e.Attr[0].Value, "M")
			}
		}
	}
	require.Equal(t, map[string]int{"chart-line chart-a": 1 + 2, "chart-line chart-b": 1 + 1, "chart-line chart-c": 1}, strokes, "one each in the legend; a lone point is a mark, not a line")
}

func TestTables(t *testing.T) {
	all := samples("x")
	header, rows := all["line"].Table()
	require.Equal(t, []string{"", "xA", "xB", "xC"}, header)
	require.Equal(t, [][]string{{"2026-09-07", "3", "5", "–"}, {"2026-09-08", "4", "5", "–"}, {"2026-09-09", "–", "–", "9"}, {"2026-09-10", "6", "5", "–"}, {"2026-09-11", "7", "–", "–"}}, rows)
	_, rows = all["bars"].Table()
	require.Equal(t, []string{"x", "3", "5"}, rows[0])
	_, rows = all["bands"].Table()
	require.Equal(t, [][]string{{"x", "0 – 9", ""}, {"x", "10 – 15", "x 14, 11"}, {"x", "16 – 20", ""}}, rows)
}

func TestTallCharts(t *testing.T) {
	for name, c := range samples("Wie later is, laat het vooraf weten, ook als het maar tien minuten scheelt") {
		tall, ok := c.(Tall)
		require.Equal(t, slices.Contains([]string{"matrix", "timeline", "path", "bands"}, name), ok, name)
		if !ok {
			continue
		}
		height := tall.Height(&svgCanvas{width: 340})
		require.Contains(t, SVG(340, 10, c, "c"), fmt.Sprintf(`height="%v"`, math.Ceil(height)), name)
		require.InDelta(t, 100, height, 90, name)
	}
	_, rows := samples("x")["matrix"].Table()
	require.Equal(t, [][]string{{"x", "7/7", "3/7", "0/2", "–", "10/16"}}, rows)
	_, rows = samples("x")["timeline"].Table()
	require.Equal(t, [][]string{{"2026-09-10", "2"}, {"2026-09-19", "1"}}, rows)
}

// TestNoBandsNameIsCut wants the whole name of each band, below it or in a key.
func TestNoBandsNameIsCut(t *testing.T) {
	for _, long := range []string{"laag", "vraagt nu aandacht", "Meer spanning dan de meeste koppels die in therapie gaan, en dat is goed om samen te bespreken", "onvoorwaardelijkheidsovertuigingen"} {
		c := samples("")["bands"].(Bands)
		for i := range c.Bands {
			c.Bands[i].Label = strconv.Itoa(i) + " " + long
		}
		for _, width := range []float64{300, 360, 680} {
			svg := SVG(width, 10, c, "c")
			require.NotContains(t, svg, "…")
			_, text := parse(t, svg)
			for i := range c.Bands {
				require.Contains(t, strings.Join(strings.Fields(text), ""), strings.ReplaceAll(c.Bands[i].Label, " ", ""), "at %v", width)
			}
		}
	}
}

// TestMatrixSignsDifferWithoutColour looks at the shapes of kept, partly, not and not asked.
func TestMatrixSignsDifferWithoutColour(t *testing.T) {
	shapes := map[Cell]string{}
	for _, cell := range []Cell{{2, 2}, {1, 2}, {0, 2}, {}} {
		cv := &svgCanvas{width: 20, height: 20}
		drawSigns(cv, []placed{{10, 10, cell}})
		cv.close()
		for _, part := range []string{`class="chart-axis"`, `class="chart-bar-of"`, `class="chart-bar-done"`} {
			if strings.Contains(cv.b.String(), part) {
				shapes[cell] += part
			}
		}
	}
	require.Len(t, shapes, 4)
	require.Equal(t, `class="chart-axis"`, shapes[Cell{}])
	distinct := map[string]bool{}
	for _, s := range shapes {
		distinct[s] = true
	}
	require.Len(t, distinct, 4)
}

func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []float64
	}{{0, 10, []float64{0, 2, 4, 6, 8, 10}}, {1, 5, []float64{1, 2, 3, 4, 5}}, {0, 100, []float64{0, 20, 40, 60, 80, 100}}, {0, 60, []float64{0, 20, 40, 60}}} {
		require.InDeltaSlice(t, c.want, niceTicks(c.low, c.high), 1e-9, fmt.Sprint(c.low, c.high))
	}
}

// TestEverythingStaysInside draws random charts on both backends: no panic, no mark outside, well-formed SVG.
func TestEverythingStaysInside(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		number := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1, 11), rapid.Just(math.NaN()), rapid.Just(math.Inf(1)))
		line := Line{Title: rapid.String().Draw(r, "title"), Min: number.Draw(r, "min"), Max: number.Draw(r, "max")}
		for range rapid.IntRange(0, 3).Draw(r, "series") {
			s := Series{Label: rapid.String().Draw(r, "label")}
			for range rapid.IntRange(0, 31).Draw(r, "points") {
				s.Points = append(s.Points, Point{On: time.Unix(rapid.Int64Range(-1<<36, 1<<36).Draw(r, "on"), 0), Value: number.Draw(r, "value")})
			}
			line.Series = append(line.Series, s)
		}
		bars := Bars{}
		for range rapid.IntRange(0, 60).Draw(r, "bars") {
			bars.Bars = append(bars.Bars, Bar{rapid.String().Draw(r, "week"), rapid.Int().Draw(r, "done"), rapid.Int().Draw(r, "of")})
		}
		previous := number.Draw(r, "previous")
		bands := Bands{Min: number.Draw(r, "low"), Max: number.Draw(r, "high"), Score: number.Draw(r, "score"), Previous: &previous}
		for range rapid.IntRange(0, 7).Draw(r, "bands") {
			bands.Bands = append(bands.Bands, Band{number.Draw(r, "from"), number.Draw(r, "to"), rapid.String().Draw(r, "band")})
		}
		matrix := Matrix{}
		for range rapid.IntRange(0, 8).Draw(r, "columns") {
			matrix.Columns = append(matrix.Columns, rapid.String().Draw(r, "column"))
		}
		for range rapid.IntRange(0, 12).Draw(r, "rows") {
			row := MatrixRow{Label: rapid.String().Draw(r, "row")}
			for range rapid.IntRange(0, 9).Draw(r, "cells") {
				row.Cells = append(row.Cells, Cell{rapid.Int().Draw(r, "kept"), rapid.Int().Draw(r, "asked")})
			}
			matrix.Rows = append(matrix.Rows, row)
		}
		on := func(name string) time.Time { return time.Unix(rapid.Int64Range(-1<<36, 1<<36).Draw(r, name), 0) }
		timeline := Timeline{From: on("from"), To: on("until")}
		for range rapid.IntRange(0, 60).Draw(r, "moments") {
			timeline.Moments = append(timeline.Moments, Moment{on("moment")})
		}
		path := Path{At: number.Draw(r, "at"), From: number.Draw(r, "usual from"), To: number.Draw(r, "usual to"), AtLabel: rapid.String().Draw(r, "here"), RangeLabel: "range"}
		for _, c := range []Chart{line, bars, bands, matrix, timeline, path} {
			svg := SVG(320, 200, c, "c")
			elements, _ := parse(t, strings.ToValidUTF8(strings.Map(printable, svg), ""))
			for _, e := range elements {
				for _, a := range e.Attr {
					if strings.Contains(" x y x1 x2 y1 y2 cx cy ", " "+a.Name.Local+" ") {
						var v float64
						if _, err := fmt.Sscan(a.Value, &v); err != nil || v < -10 || v > 330 && !tallAttribute(c, a.Name.Local) {
							r.Fatalf("%T: %s %s=%s", c, e.Name.Local, a.Name.Local, a.Value)
						}
					}
				}
			}
			c.Table()
			pdf := gofpdf.New("P", "mm", "A4", "")
			pdf.AddPage()
			PDF(NewInk(pdf), 20, 20, 160, 50, c, Type{Family: "Helvetica", Size: 9, Pieces: func(string, string) []Piece { return []Piece{{"Helvetica", "x"}, {"Times", "y"}} }})
			var out bytes.Buffer
			if err := pdf.Output(&out); err != nil {
				r.Fatal(err)
			}
		}
	})
}

// tallAttribute tells whether an attribute lies along the side that the chart chooses itself.
func tallAttribute(c Chart, name string) bool {
	_, tall := c.(Tall)
	return tall && strings.Contains(name, "y")
}

// printable keeps what XML 1.0 can hold; a page's texts are cleaned of control characters before they are stored.
func printable(r rune) rune {
	if r < 0x20 && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
		return -1
	}
	return r
}

// TestPagesHaveTheLooksOfThePaper compares the page's style sheet with the inks: each role has its rule, as thick and as large.
func TestPagesHaveTheLooksOfThePaper(t *testing.T) {
	sheet, err := os.ReadFile("../../web/static/css/3-components.css")
	require.NoError(t, err)
	rules := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)((?:\.chart-[a-z0-9-]+(?:, )?)+) \{([^}]*)\}`).FindAllStringSubmatch(string(sheet), -1) {
		for _, class := range strings.Split(m[1], ", ") {
			rules[strings.TrimPrefix(class, ".")] += m[2]
		}
	}
	number := func(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
	for name, i := range inks {
		if i.stroke != "" {
			require.Contains(t, rules[name], "stroke: ", name)
			require.Contains(t, rules[name], "stroke-width: "+number(i.width*svgEm)+";", name)
		}
		if i.fill != "" {
			require.Contains(t, rules[name], "fill: ", name)
		}
		if i.stroke == "" && (i.size > 0 || i.strong || name == "chart-label") {
			require.Contains(t, rules[name], "font-size: "+number(math.Round(look(name).size*svgEm*10)/10)+"px;", name)
			require.Equal(t, i.strong, strings.Contains(rules[name], "font-weight: 600;"), name)
		}
	}
}
