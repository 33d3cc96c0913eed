package chart

import (
	"html"
	"math"
	"strconv"
	"strings"
)

// svgEm is the size of ordinary text in a page's chart, in its own units.
const svgEm = 12

// SVG gives the chart as one <svg> element for a page, its size in CSS pixels; the viewBox lets a style sheet scale it. A
// chart that is Tall takes its own height. The id must be unique on the page. All texts are escaped; looks are classes, whose
// rules the page's style sheet has (a test compares them with those on paper), so that it stands under a strict content security
// policy. What has the same role and follows each other shares one group, and its strokes one path: a report's page holds many
// charts and is read on a phone.
func SVG(width, height float64, c Chart, id string) string {
	title, desc := c.Words()
	cv := &svgCanvas{width: width, height: height}
	if tall, ok := c.(Tall); ok {
		cv.height = math.Ceil(tall.Height(cv))
	}
	cv.b.Grow(4096)
	cv.b.WriteString("<svg")
	cv.attr("id", id)
	cv.attr("role", "img")
	cv.attr("aria-label", strings.TrimSpace(title+". "+desc))
	cv.attr("viewBox", "0 0 "+num(cv.width)+" "+num(cv.height))
	cv.nums("width", cv.width, "height", cv.height)
	cv.b.WriteString(">")
	c.Draw(cv)
	cv.close()
	cv.b.WriteString("</svg>")
	return cv.b.String()
}

type svgCanvas struct {
	b             strings.Builder
	width, height float64
	role          string          // of the open group; empty for none.
	d             strings.Builder // the path of the open group that is being written.
}

func num(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

func (cv *svgCanvas) attr(name, value string) {
	cv.b.WriteString(" " + name + `="` + html.EscapeString(value) + `"`)
}

func (cv *svgCanvas) nums(pairs ...any) {
	for i := 0; i+1 < len(pairs); i += 2 {
		cv.attr(pairs[i].(string), num(pairs[i+1].(float64)))
	}
}

// close ends the open group.
func (cv *svgCanvas) close() {
	cv.flush()
	if cv.role != "" {
		cv.b.WriteString("</g>")
	}
	cv.role = ""
}

// flush writes the path of the open group.
func (cv *svgCanvas) flush() {
	if cv.d.Len() > 0 {
		cv.b.WriteString(`<path d="` + cv.d.String() + `"/>`)
		cv.d.Reset()
	}
}

// stroke adds lines from point to point to the path of the open group.
func (cv *svgCanvas) stroke(points ...XY) {
	before := XY{}
	for i, p := range points {
		x, y := num(p.X), num(p.Y)
		switch {
		case i == 0:
			cv.d.WriteString("M" + x + " " + y)
		case y == num(before.Y):
			cv.d.WriteString("H" + x)
		case x == num(before.X):
			cv.d.WriteString("V" + y)
		default:
			cv.d.WriteString("L" + x + " " + y)
		}
		before = p
	}
}

// group opens a group of the role unless it is open already; more is what tells two groups of one class apart.
func (cv *svgCanvas) group(class, more string, write func()) {
	if cv.role == class+" "+more {
		return
	}
	cv.close()
	cv.role = class + " " + more
	cv.b.WriteString("<g")
	cv.attr("class", class)
	write()
	cv.b.WriteString(">")
}

// shapes opens the group of a class of shapes.
func (cv *svgCanvas) shapes(class string) {
	cv.group(class, "", func() {
		if dash := look(class).dash; len(dash) > 0 {
			parts := make([]string, len(dash))
			for k, d := range dash {
				parts[k] = num(d * svgEm)
			}
			cv.attr("stroke-dasharray", strings.Join(parts, " "))
		}
	})
}

func (cv *svgCanvas) Size() (width, height, em float64) { return cv.width, cv.height, svgEm }

// TextWidth estimates: the reader's font is not known here, and 0.56 em is on the wide side for a sans serif.
func (cv *svgCanvas) TextWidth(text string) float64 {
	return 0.56 * svgEm * float64(len([]rune(text)))
}

func (cv *svgCanvas) Line(x1, y1, x2, y2 float64, class string) {
	cv.shapes(class)
	cv.stroke(XY{x1, y1}, XY{x2, y2})
}

func (cv *svgCanvas) Polyline(points []XY, class string) {
	cv.shapes(class)
	cv.stroke(points...)
}

func (cv *svgCanvas) Polygon(points []XY, class string) {
	if len(points) == 0 {
		return
	}
	cv.shapes(class)
	cv.stroke(points...)
	cv.d.WriteString("z")
}

func (cv *svgCanvas) Rect(x, y, width, height, radius float64, class string) {
	if radius <= 0 {
		cv.Polygon([]XY{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}, class)
		return
	}
	cv.shapes(class)
	cv.flush()
	cv.b.WriteString("<rect")
	cv.nums("x", x, "y", y, "width", width, "height", height, "rx", radius)
	cv.b.WriteString("/>")
}

func (cv *svgCanvas) Circle(x, y, radius float64, class string) {
	cv.shapes(class)
	cv.flush()
	cv.b.WriteString("<circle")
	cv.nums("cx", x, "cy", y, "r", radius)
	cv.b.WriteString("/>")
}

func (cv *svgCanvas) Text(x, y float64, text string, anchor Anchor, class string) {
	side := [...]string{"start", "middle", "end"}[anchor]
	cv.group(class, side, func() {
		if anchor != Start {
			cv.attr("text-anchor", side)
		}
	})
	cv.b.WriteString("<text")
	cv.nums("x", math.Round(x), "y", math.Round(y)) // Letters need no tenths of a pixel.
	cv.b.WriteString(">" + html.EscapeString(text) + "</text>")
}
