package chart

import (
	"math"
	"sort"
	"strconv"
	"strings"
)

// Words gives the chart's title and description.
func (c Bands) Words() (title, desc string) { return c.Title, c.Desc }

// ordered gives the bands by where they begin.
func (c Bands) ordered() []Band {
	out := append([]Band(nil), c.Bands...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].From < out[j].From })
	return out
}

// here gives the index of the band a value falls in, -1 for none: the last band that begins at or below it.
func here(bands []Band, v float64) int {
	at := -1
	for i, b := range bands {
		if v >= b.From {
			at = i
		}
	}
	return at
}

// Draw draws the bands as one bar, the score as a full mark and the earlier one as an open mark above it.
func (c Bands) Draw(cv Canvas) {
	width, height, em := cv.Size()
	low, high := c.Min, c.Max
	if !(high > low) {
		high = low + 1
	}
	inset := 0.9 * em
	x := func(v float64) float64 {
		if math.IsNaN(v) {
			v = low
		}
		return inset + (min(max(v, low), high)-low)/(high-low)*(width-2*inset)
	}
	c.legend(cv)
	top, thick := 3.1*em, 1.3*em
	rows := min(max(int((height-top-thick-1.3*em)/(1.1*em)), 1), 3)
	bands := c.ordered()
	at := here(bands, c.Score)
	if len(bands) == 0 {
		bands, at = []Band{{From: low, To: high}}, -1
	}
	for i, b := range bands {
		left, right := x(b.From), x(high)
		if i == 0 {
			left = x(low)
		}
		if i+1 < len(bands) {
			right = x(bands[i+1].From)
		}
		tint := 3
		if len(bands) > 1 {
			tint = 1 + int(math.Round(float64(i)*4/float64(len(bands)-1)))
		}
		cv.Rect(left, top, max(right-left, 0), thick, 0, "chart-band chart-band-"+strconv.Itoa(tint))
		edge := b.From
		if i == 0 {
			edge = low
		}
		cv.Text(left, top+thick+1.05*em, c.number(edge), Middle, "chart-tick")
		class := "chart-band-name"
		if i == at {
			class = "chart-band-here"
		}
		for n, line := range wrapLabel(cv, b.Label, right-left-0.6*em, rows) {
			cv.Text((left+right)/2, top+thick+(2.25+1.1*float64(n))*em, line, Middle, class)
		}
	}
	cv.Text(x(high), top+thick+1.05*em, c.number(high), Middle, "chart-tick")
	if c.Previous != nil {
		mark(cv, x(*c.Previous), top, thick, em, "chart-before")
	}
	mark(cv, x(c.Score), top, thick, em, "chart-now")
}

// mark draws a pointer above the bar and a line through it.
func mark(cv Canvas, x, top, thick, em float64, class string) {
	cv.Line(x, top-0.1*em, x, top+thick, class)
	cv.Polygon([]XY{{x - 0.45*em, top - 0.85*em}, {x + 0.45*em, top - 0.85*em}, {x, top - 0.1*em}}, class)
}

func (c Bands) legend(cv Canvas) {
	width, _, em := cv.Size()
	x := 0.0
	item := func(label string, v float64, class, text string) {
		cv.Polygon([]XY{{x, 0.35 * em}, {x + 0.9*em, 0.35 * em}, {x + 0.45*em, 1.1 * em}}, class)
		words := fit(cv, strings.TrimSpace(label+" "+c.number(v)), width/2-2.5*em)
		cv.Text(x+1.3*em, em, words, Start, text)
		x += 1.3*em + cv.TextWidth(words) + 1.8*em
	}
	item(c.ScoreLabel, c.Score, "chart-now", "chart-value")
	if c.Previous != nil {
		item(c.PreviousLabel, *c.Previous, "chart-before", "chart-label")
	}
}

// wrapLabel breaks a label into at most n lines of the given room; what does not fit ends in an ellipsis.
func wrapLabel(cv Canvas, text string, room float64, n int) []string {
	var lines []string
	words := strings.Fields(short(text))
	for len(words) > 0 && len(lines) < n {
		line := words[0]
		words = words[1:]
		for len(words) > 0 && (len(lines) == n-1 || cv.TextWidth(line+" "+words[0]) <= room) {
			line, words = line+" "+words[0], words[1:]
		}
		lines = append(lines, fit(cv, line, room))
	}
	return lines
}

// Table gives a row per band and tells which one the scores are in.
func (c Bands) Table() (header []string, rows [][]string) {
	header = []string{c.BandHead, c.RangeHead, c.ThisIn}
	bands := c.ordered()
	now, before := here(bands, c.Score), -1
	if c.Previous != nil {
		before = here(bands, *c.Previous)
	}
	for i, b := range bands {
		var marks []string
		if i == now {
			marks = append(marks, strings.TrimSpace(c.ScoreLabel+" "+c.number(c.Score)))
		}
		if i == before {
			marks = append(marks, strings.TrimSpace(c.PreviousLabel+" "+c.number(*c.Previous)))
		}
		rows = append(rows, []string{b.Label, c.number(b.From) + " – " + c.number(b.To), strings.Join(marks, ", ")})
	}
	return header, rows
}
