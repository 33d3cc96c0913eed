// Package chart draws the few charts of Tussentijds once, for two backends: SVG for pages and gofpdf vectors for reports.
//
// A chart is plain data that draws itself on a Canvas. Nothing in it depends on colour alone: lines differ in dash and in
// marker, done and open work differ in fill and in outline, and each chart also gives its figures as a table.
package chart

import (
	"math"
	"strconv"
	"time"
)

// Chart is what a page or a report can show: a drawing, its words, and the same figures as a table.
type Chart interface {
	// Draw puts the chart on the canvas and fills it whole.
	Draw(cv Canvas)
	// Words gives the name of the chart and a sentence that tells what it shows to who cannot see it.
	Words() (title, desc string)
	// Table gives the figures: a header and rows of the same width.
	Table() (header []string, rows [][]string)
}

// Tall is a chart that knows how much room it needs; others take what they are given.
type Tall interface {
	Chart
	// Height gives the room on a canvas of this width and lettering. The canvas is not drawn on.
	Height(cv Canvas) float64
}

// XY is a place on a canvas, in its units, from the top left.
type XY struct{ X, Y float64 }

// Anchor tells which part of a text stands at its place.
type Anchor int

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// Canvas is what a chart draws on. A class names the role of a shape ("chart-line chart-a"); the backend knows its looks.
type Canvas interface {
	// Size gives the room in the canvas's units and the size of ordinary text in them.
	Size() (width, height, em float64)
	// TextWidth gives the width of a text of ordinary size; a backend may estimate it.
	TextWidth(text string) float64
	Line(x1, y1, x2, y2 float64, class string)
	Polyline(points []XY, class string)
	Polygon(points []XY, class string)
	// Rect draws a rectangle with corners of the given radius.
	Rect(x, y, width, height, radius float64, class string)
	Circle(x, y, radius float64, class string)
	// Text puts a text with its baseline at y.
	Text(x, y float64, text string, anchor Anchor, class string)
}

// Point is one value of a series. Gap says that nothing was measured then: the line breaks there.
type Point struct {
	On    time.Time
	Value float64
	Gap   bool
}

// Series is one line of a Line chart. Class is "chart-a", "chart-b" or "chart-c"; empty takes them in turn.
type Series struct {
	Label  string
	Class  string
	Points []Point
}

// Line is a trend over time of one to three series between Min and Max.
type Line struct {
	Title, Desc string
	Series      []Series
	Min, Max    float64
	// From and To are the first and last day of the axis; zero takes those of the points.
	From, To time.Time
	Format
}

// Bar is one group of work: how many of how many.
type Bar struct {
	Label    string
	Done, Of int
}

// Bars shows work done of work assigned, one bar a week.
type Bars struct {
	Title, Desc string
	Bars        []Bar
	// DoneLabel and OpenLabel are the words of the legend, LabelHead, DoneHead and OfHead those of the table.
	DoneLabel, OpenLabel        string
	LabelHead, DoneHead, OfHead string
}

// Band is a stretch of a score with a name.
type Band struct {
	From, To float64
	Label    string
}

// Bands shows a score on a bar of bands, with the score of last time lighter beside it.
type Bands struct {
	Title, Desc string
	Bands       []Band
	Min, Max    float64
	Score       float64
	Previous    *float64
	// The words of the marks and of the table's header.
	ScoreLabel, PreviousLabel   string
	BandHead, RangeHead, ThisIn string
	Format
}

// Format carries the reader's language into a chart. Nil functions give neutral forms (ISO dates, a decimal point).
type Format struct {
	Day       func(time.Time) string
	Number    func(float64) string
	DateHead  string // heads the column of dates.
	ValueHead string // heads the column of a line that has no name.
	None      string // stands for a gap in the table; empty is "–".
}

func (f Format) day(t time.Time) string {
	if f.Day != nil {
		return f.Day(t)
	}
	return t.Format(time.DateOnly)
}

func (f Format) number(v float64) string {
	if f.Number != nil {
		return f.Number(v)
	}
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

func (f Format) none() string {
	if f.None != "" {
		return f.None
	}
	return "–"
}
