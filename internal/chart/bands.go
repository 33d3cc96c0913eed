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

// The rows of the drawing, in em: the legend, the bar, the figures at its edges, then the bands' names.
const (
	bandsTop   = 3.1
	bandsThick = 1.3
	bandsNames = 2.25 // the first name's baseline below the bar.
	bandsRow   = 1.15
	bandsInset = 0.9
	mostNames  = 3 // rows of a name below its band.
)

// scale maps a value to its place on the bar.
func (c Bands) scale(cv Canvas) func(v float64) float64 {
	width, _, em := cv.Size()
	low, high := c.Min, c.Max
	if !(high > low) {
		high = low + 1
	}
	inset := bandsInset * em
	return func(v float64) float64 {
		if math.IsNaN(v) {
			v = low
		}
		return inset + (min(max(v, low), high)-low)/(high-low)*(width-2*inset)
	}
}

// span is where the i-th of the bands begins and ends on the bar.
func (c Bands) span(bands []Band, i int, x func(float64) float64) (left, right float64) {
	left, right = x(bands[i].From), x(max(c.Max, c.Min+1))
	if c.Max > c.Min {
		right = x(c.Max)
	}
	if i == 0 {
		left = x(c.Min)
	}
	if i+1 < len(bands) {
		right = x(bands[i+1].From)
	}
	return left, max(right, left)
}

// names gives the rows of each band's name below it. Whole is false when one of them does not fit there: then the bands are
// numbered, and their names stand in a key.
func (c Bands) names(cv Canvas, bands []Band) (rows [][]string, whole bool) {
	_, _, em := cv.Size()
	x := c.scale(cv)
	for i, b := range bands {
		left, right := c.span(bands, i, x)
		lines, fits := wrapWhole(cv, b.Label, right-left-0.6*em)
		if !fits || len(lines) > mostNames {
			return nil, false
		}
		rows = append(rows, lines)
	}
	return rows, true
}

// keyed is an entry of the key: a band's number and name from x on, in a row.
type keyed struct {
	band, row int
	x         float64
	lines     []string
}

// key places the names of numbered bands in rows below the bar, several in a row where they fit.
func (c Bands) key(cv Canvas, bands []Band) (entries []keyed, rows int) {
	width, _, em := cv.Size()
	x := 0.0
	for i, b := range bands {
		if strings.TrimSpace(b.Label) == "" {
			continue
		}
		lines, _ := wrapWhole(cv, b.Label, width-1.6*em)
		if len(lines) > mostNames {
			lines = append(lines[:mostNames-1], fit(cv, lines[mostNames-1]+"…", width-1.6*em))
		}
		wide := 1.6*em + cv.TextWidth(lines[0])*1.06 // The band that the score is in has heavier letters.
		if x > 0 && (len(lines) > 1 || x+wide > width) {
			x = 0
			rows++
		}
		entries = append(entries, keyed{i, rows, x, lines})
		if len(lines) > 1 {
			rows += len(lines)
			x = 0
			continue
		}
		x += wide + 1.5*em
	}
	if x > 0 {
		rows++
	}
	return entries, rows
}

// Height is the room that the bar and all names take.
func (c Bands) Height(cv Canvas) float64 {
	_, _, em := cv.Size()
	bands, rows := c.ordered(), 0
	names, whole := c.names(cv, bands)
	for _, lines := range names {
		rows = max(rows, len(lines))
	}
	if !whole {
		_, rows = c.key(cv, bands)
		rows++
	}
	return (bandsTop + bandsThick + bandsNames + bandsRow*float64(max(rows-1, 0)) + 0.6) * em
}

// Draw draws the bands as one bar, the score as a full mark and the earlier one as an open mark above it.
func (c Bands) Draw(cv Canvas) {
	_, _, em := cv.Size()
	x := c.scale(cv)
	c.legend(cv)
	top, thick := bandsTop*em, bandsThick*em
	bands := c.ordered()
	at := here(bands, c.Score)
	if len(bands) == 0 {
		bands, at = []Band{{From: c.Min, To: c.Max}}, -1
	}
	names, whole := c.names(cv, bands)
	right := 0.0
	for i, b := range bands {
		var left float64
		left, right = c.span(bands, i, x)
		tint := 3
		if len(bands) > 1 {
			tint = 1 + int(math.Round(float64(i)*4/float64(len(bands)-1)))
		}
		cv.Rect(left, top, right-left, thick, 0, "chart-band chart-band-"+strconv.Itoa(tint))
		edge := b.From
		if i == 0 {
			edge = c.Min
		}
		cv.Text(left, top+thick+1.05*em, c.number(edge), Middle, "chart-tick")
		lines := []string{strconv.Itoa(i + 1)}
		if whole {
			lines = names[i]
		}
		for n, line := range lines {
			cv.Text((left+right)/2, top+thick+(bandsNames+bandsRow*float64(n))*em, line, Middle, bandName(i == at))
		}
	}
	cv.Text(right, top+thick+1.05*em, c.number(c.Max), Middle, "chart-tick")
	if !whole {
		c.drawKey(cv, bands, at)
	}
	if c.Previous != nil {
		mark(cv, x(*c.Previous), top, thick, em, "chart-before")
	}
	mark(cv, x(c.Score), top, thick, em, "chart-now")
}

func (c Bands) drawKey(cv Canvas, bands []Band, at int) {
	_, _, em := cv.Size()
	entries, _ := c.key(cv, bands)
	for _, e := range entries {
		y := (bandsTop + bandsThick + bandsNames + bandsRow*float64(e.row+1)) * em
		cv.Text(e.x, y, strconv.Itoa(e.band+1), Start, bandName(e.band == at))
		for n, line := range e.lines {
			cv.Text(e.x+1.6*em, y+bandsRow*float64(n)*em, line, Start, bandName(e.band == at))
		}
	}
}

func bandName(here bool) string {
	if here {
		return "chart-band-here"
	}
	return "chart-band-name"
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

// wrapWhole breaks a label into lines of the given room; fits is false when a word is wider than that.
func wrapWhole(cv Canvas, text string, room float64) (lines []string, fits bool) {
	fits = true
	words := strings.Fields(short(text))
	for len(words) > 0 {
		line := words[0]
		words = words[1:]
		for len(words) > 0 && cv.TextWidth(line+" "+words[0]) <= room {
			line, words = line+" "+words[0], words[1:]
		}
		if cv.TextWidth(line) > room {
			line, fits = fit(cv, line, room), false
		}
		lines = append(lines, line)
	}
	return lines, fits
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
