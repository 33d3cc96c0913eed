package chart

import (
	"math"
	"strconv"
)

// Path shows how far along a way is, against how long that way often is. The usual stretch is a soft band without hard
// ends: a range, and never a deadline.
type Path struct {
	Title, Desc string
	At          float64
	From, To    float64 // the usual range.
	// The words of the marks and of the table.
	AtLabel, RangeLabel string
	WhatHead            string
	Format
}

// Words gives the chart's title and description.
func (c Path) Words() (title, desc string) { return c.Title, c.Desc }

// Height gives the room the chart takes on the canvas.
func (c Path) Height(cv Canvas) float64 {
	_, _, em := cv.Size()
	return 5.1 * em
}

// end gives the last step of the axis: beyond the range, so that it does not look like a wall.
func (c Path) end() float64 {
	most := max(sane(c.To), sane(c.At), 1)
	return most + max(1, math.Round(most/6))
}

// sane keeps a number of months or weeks within what a page can show.
func sane(v float64) float64 {
	const most = 600
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, 0), most)
}

// Draw draws the way, the usual range on it, and where the couple is.
func (c Path) Draw(cv Canvas) {
	width, _, em := cv.Size()
	c.At, c.From, c.To = sane(c.At), sane(c.From), sane(c.To)
	end := c.end()
	x := func(v float64) float64 { return min(max(v, 0), end) / end * width }
	top, thick := 1.9*em, 0.9*em
	cv.Rect(0, top, width, thick, thick/2, "chart-band-1")
	if c.To > c.From {
		cv.Rect(x(c.From), top, x(c.To)-x(c.From), thick, 0, "chart-band-4")
	}
	if c.At > 0 {
		cv.Rect(0, top+0.3*thick, x(c.At), 0.4*thick, 0.2*thick, "chart-now")
		cv.Circle(x(c.At), top+thick/2, 0.68*em, "chart-now")
		words, anchor, at := fit(cv, c.AtLabel, width), Middle, x(c.At)
		if half := cv.TextWidth(words) / 2; at-half < 0 {
			anchor, at = Start, 0
		} else if at+half > width {
			anchor, at = End, width
		}
		cv.Text(at, top-0.75*em, words, anchor, "chart-value")
	}
	step := 1.0
	for end/step > 12 || width/(end/step) < 2.6*em {
		step *= 2
		if step == 4 {
			step = 3
		}
	}
	for v := 0.0; v <= end; v += step {
		cv.Text(x(v), top+thick+1.2*em, strconv.Itoa(int(v)), anchorAt(v, end), "chart-tick")
	}
	if c.To > c.From {
		words := fit(cv, c.RangeLabel, width)
		at, half := (x(c.From)+x(c.To))/2, cv.TextWidth(words)/2
		cv.Text(min(max(at, half), width-half), top+thick+2.3*em, words, Middle, "chart-label")
	}
}

// anchorAt keeps the first and last number within the box.
func anchorAt(v, end float64) Anchor {
	switch v {
	case 0:
		return Start
	case end:
		return End
	}
	return Middle
}

// Table gives where the couple is and the usual range.
func (c Path) Table() (header []string, rows [][]string) {
	return []string{c.WhatHead, c.ValueHead}, [][]string{{c.AtLabel, c.number(c.At)}, {c.RangeLabel, c.number(c.From) + " – " + c.number(c.To)}}
}
