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
// chart that is Tall takes its own height. The id begins the ids of title and description and must be unique on the page.
// All texts are escaped; looks are presentation attributes and classes, so that it stands under a strict content security
// policy. What has the same role and follows each other shares one group, which says the looks once: a report's page holds
// many charts and is read on a phone.
func SVG(width, height float64, c Chart, id string) string {
	title, desc := c.Words()
	cv := &svgCanvas{width: width, height: height}
	if tall, ok := c.(Tall); ok {
		cv.height = math.Ceil(tall.Height(cv))
	}
	cv.b.Grow(4096)
	cv.b.WriteString("<svg")
	cv.attr("class", "chart")
	cv.attr("role", "img")
	cv.attr("aria-labelledby", id+"-title")
	cv.attr("aria-describedby", id+"-desc")
	cv.attr("viewBox", "0 0 "+num(cv.width)+" "+num(cv.height))
	cv.nums("width", cv.width, "height", cv.height)
	cv.b.WriteString(` fill="none" stroke-linecap="round" stroke-linejoin="round">`) // What all groups inherit.
	cv.element("title", id+"-title", title)
	cv.element("desc", id+"-desc", desc)
	c.Draw(cv)
	cv.close()
	cv.b.WriteString("</svg>")
	return cv.b.String()
}

type svgCanvas struct {
	b             strings.Builder
	width, height float64
	role          string // of the open group; empty for none.
	lines         []XY   // of the open group that wait: two places each.
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

func (cv *svgCanvas) element(tag, id, text string) {
	cv.b.WriteString("<" + tag + ` id="` + html.EscapeString(id) + `">` + html.EscapeString(text) + "</" + tag + ">")
}

// close ends the open group.
func (cv *svgCanvas) close() {
	cv.flush()
	if cv.role != "" {
		cv.b.WriteString("</g>")
	}
	cv.role = ""
}

// flush writes the lines that wait: several of the same looks as one path, which a page of many charts notices.
func (cv *svgCanvas) flush() {
	if len(cv.lines) == 2 {
		cv.b.WriteString("<line")
		cv.nums("x1", cv.lines[0].X, "y1", cv.lines[0].Y, "x2", cv.lines[1].X, "y2", cv.lines[1].Y)
		cv.b.WriteString("/>")
	} else if len(cv.lines) > 0 {
		var d strings.Builder
		for i := 0; i+1 < len(cv.lines); i += 2 {
			from, to := cv.lines[i], cv.lines[i+1]
			d.WriteString("M" + num(from.X) + " " + num(from.Y))
			switch {
			case num(from.Y) == num(to.Y):
				d.WriteString("H" + num(to.X))
			case num(from.X) == num(to.X):
				d.WriteString("V" + num(to.Y))
			default:
				d.WriteString("L" + num(to.X) + " " + num(to.Y))
			}
		}
		cv.b.WriteString(`<path d="` + d.String() + `"/>`)
	}
	cv.lines = cv.lines[:0]
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

// shape begins a shape of the class, in its group.
func (cv *svgCanvas) shape(tag, class string) {
	cv.group(class, "", func() { cv.paint(look(class)) })
	cv.flush()
	cv.b.WriteString("<" + tag)
}

// paint writes the presentation attributes of a group of shapes.
func (cv *svgCanvas) paint(i ink) {
	if i.fill != "" {
		cv.attr("fill", i.fill)
	}
	if i.stroke != "" {
		cv.attr("stroke", i.stroke)
		cv.attr("stroke-width", strconv.FormatFloat(math.Round(i.width*svgEm*100)/100, 'f', -1, 64))
	}
	if len(i.dash) > 0 {
		parts := make([]string, len(i.dash))
		for k, d := range i.dash {
			parts[k] = num(d * svgEm)
		}
		cv.attr("stroke-dasharray", strings.Join(parts, " "))
	}
}

func (cv *svgCanvas) Size() (width, height, em float64) { return cv.width, cv.height, svgEm }

// TextWidth estimates: the reader's font is not known here, and 0.56 em is on the wide side for a sans serif.
func (cv *svgCanvas) TextWidth(text string) float64 {
	return 0.56 * svgEm * float64(len([]rune(text)))
}

func (cv *svgCanvas) Line(x1, y1, x2, y2 float64, class string) {
	cv.group(class, "", func() { cv.paint(look(class)) })
	cv.lines = append(cv.lines, XY{x1, y1}, XY{x2, y2})
}

func (cv *svgCanvas) path(tag string, points []XY, class string) {
	parts := make([]string, len(points))
	for i, p := range points {
		parts[i] = num(p.X) + "," + num(p.Y)
	}
	cv.shape(tag, class)
	cv.attr("points", strings.Join(parts, " "))
	cv.b.WriteString("/>")
}

func (cv *svgCanvas) Polyline(points []XY, class string) { cv.path("polyline", points, class) }
func (cv *svgCanvas) Polygon(points []XY, class string)  { cv.path("polygon", points, class) }

func (cv *svgCanvas) Rect(x, y, width, height, radius float64, class string) {
	cv.shape("rect", class)
	cv.nums("x", x, "y", y, "width", width, "height", height)
	if radius > 0 {
		cv.nums("rx", radius)
	}
	cv.b.WriteString("/>")
}

func (cv *svgCanvas) Circle(x, y, radius float64, class string) {
	cv.shape("circle", class)
	cv.nums("cx", x, "cy", y, "r", radius)
	cv.b.WriteString("/>")
}

func (cv *svgCanvas) Text(x, y float64, text string, anchor Anchor, class string) {
	i, side := look(class), [...]string{"start", "middle", "end"}[anchor]
	cv.group(class, side, func() {
		cv.attr("font-size", num(i.size*svgEm))
		cv.attr("fill", i.fill)
		if i.strong {
			cv.attr("font-weight", "600")
		}
		if anchor != Start {
			cv.attr("text-anchor", side)
		}
	})
	cv.b.WriteString("<text")
	cv.nums("x", x, "y", y)
	cv.b.WriteString(">" + html.EscapeString(text) + "</text>")
}
