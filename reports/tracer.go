package reports

import (
	"html"
	"math"
	"strconv"
	"strings"

	"github.com/jung-kurt/gofpdf"
	"golang.org/x/text/unicode/norm"
)

// tracer draws a paper with its pen and writes down each stroke as SVG, in tenths of a millimetre: close enough for eyes, and
// short. What has the same looks and follows each other shares a group, and its lines share a path. All looks are presentation
// attributes, which a strict content security policy allows.
type tracer struct {
	pen
	look   Look
	leaves []*leaf
	leaf   *leaf

	ink, brush, stroke string // colours: of texts, of areas, of lines.
	width              float64
	cap, dash          string
	size               float64 // of letters, in points.
	strong             bool
	from               []point // the path being drawn.

	phrase   *phrase
	target   int // the link set last, which the next bookmark is the title of.
	sections map[int]*section
}

// section is where a link leads.
type section struct {
	page  int
	title string
}

// phrase is a text that is drawn in pieces.
type phrase struct {
	text       string
	x, y, wide float64
	begun      bool
}

type point struct{ x, y int }

// leaf is one page being written.
type leaf struct {
	b       strings.Builder
	open    string // the attributes of the open group; empty for none.
	path    strings.Builder
	heading *section // whose title is being written.
	begun   bool     // whether anything of it was.
	titles  []string
}

// perMillimetre is the fineness of what is written down.
const perMillimetre = 10

func at(x, y float64) point { return point{tenth(x), tenth(y)} }

func tenth(v float64) int {
	if math.IsNaN(v) || math.Abs(v) > 1e6 {
		return 0
	}
	return int(math.Round(v * perMillimetre))
}

func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

func hex(r, g, b int) string {
	const digits = "0123456789abcdef"
	out := []byte{'#', 0, 0, 0, 0, 0, 0}
	for i, v := range []int{r, g, b} {
		out[1+2*i], out[2+2*i] = digits[v>>4&15], digits[v&15]
	}
	if out[1] == out[2] && out[3] == out[4] && out[5] == out[6] {
		return string([]byte{'#', out[1], out[3], out[5]})
	}
	return string(out)
}

// element closes the page and gives it whole.
func (l *leaf) element(lang, label string) string {
	l.close()
	return `<svg class="leaf" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2100 2970" role="group" lang="` + lang + `" aria-label="` + html.EscapeString(label) + `">` + l.b.String() + "</svg>"
}

// flush ends the path of lines that share their looks.
func (l *leaf) flush() {
	if l.path.Len() > 0 {
		l.b.WriteString(`<path d="` + l.path.String() + `"/>`)
		l.path.Reset()
	}
}

// close ends the open group.
func (l *leaf) close() {
	l.flush()
	if l.open != "" {
		l.b.WriteString("</g>")
	}
	l.open = ""
}

// group opens a group of these attributes unless it is open.
func (l *leaf) group(attributes string) {
	if l.open == attributes {
		return
	}
	l.close()
	l.open = attributes
	l.b.WriteString("<g" + attributes + ">")
}

func (t *tracer) AddPage() {
	t.pen.AddPage()
	t.leaf = &leaf{}
	t.leaves = append(t.leaves, t.leaf)
}

func (t *tracer) SetPage(number int) {
	t.pen.SetPage(number)
	t.leaf = t.leaves[number-1]
}

func (t *tracer) SetFont(family, style string, size float64) {
	t.pen.SetFont(family, style, size)
	t.size, t.strong = size, style == "B"
}

func (t *tracer) SetTextColor(r, g, b int) {
	t.pen.SetTextColor(r, g, b)
	t.ink = hex(r, g, b)
}

func (t *tracer) SetFillColor(r, g, b int) {
	t.pen.SetFillColor(r, g, b)
	t.brush = hex(r, g, b)
}

func (t *tracer) SetDrawColor(r, g, b int) {
	t.pen.SetDrawColor(r, g, b)
	t.stroke = hex(r, g, b)
}

func (t *tracer) SetLineWidth(width float64) {
	t.pen.SetLineWidth(width)
	t.width = width
}

func (t *tracer) SetLineCapStyle(style string) {
	t.pen.SetLineCapStyle(style)
	t.cap = style
}

func (t *tracer) SetDashPattern(lengths []float64, phase float64) {
	t.pen.SetDashPattern(lengths, phase)
	parts := make([]string, len(lengths))
	for i, length := range lengths {
		parts[i] = number(length * perMillimetre)
	}
	t.dash = strings.Join(parts, " ")
}

// paint opens a group for gofpdf's word for what to do with a shape: "D", "F" or "DF".
func (t *tracer) paint(style string) {
	fill := "none"
	if strings.Contains(style, "F") {
		fill = t.brush
	}
	attributes := ` fill="` + fill + `"`
	if strings.Contains(style, "D") || style == "" {
		attributes += ` stroke="` + t.stroke + `" stroke-width="` + number(t.width*perMillimetre) + `"`
		if t.dash != "" {
			attributes += ` stroke-dasharray="` + t.dash + `"`
		}
		if t.cap == "round" {
			attributes += ` stroke-linecap="round" stroke-linejoin="round"`
		}
	}
	t.leaf.group(attributes)
}

// draw adds lines to the path of the open group.
func (t *tracer) draw(style string, closed bool, points ...point) {
	t.paint(style)
	if style == "DF" || style == "FD" {
		t.leaf.flush() // Areas with an outline cover each other one by one.
	}
	d := &t.leaf.path
	d.WriteString("M" + strconv.Itoa(points[0].x) + " " + strconv.Itoa(points[0].y))
	last := points[0]
	for _, p := range points[1:] {
		dx, dy := p.x-last.x, p.y-last.y
		switch {
		case dy == 0:
			d.WriteString("h" + strconv.Itoa(dx))
		case dx == 0:
			d.WriteString("v" + strconv.Itoa(dy))
		default:
			d.WriteString("l" + strconv.Itoa(dx) + " " + strconv.Itoa(dy))
		}
		last = p
	}
	if closed {
		d.WriteString("z")
	}
}

func (t *tracer) Line(x1, y1, x2, y2 float64) {
	t.pen.Line(x1, y1, x2, y2)
	t.draw("D", false, at(x1, y1), at(x2, y2))
}

func (t *tracer) MoveTo(x, y float64) {
	t.pen.MoveTo(x, y)
	t.from = append(t.from[:0], at(x, y))
}

func (t *tracer) LineTo(x, y float64) {
	t.pen.LineTo(x, y)
	t.from = append(t.from, at(x, y))
}

func (t *tracer) DrawPath(style string) {
	t.pen.DrawPath(style)
	t.draw(style, false, t.from...)
}

func (t *tracer) Polygon(points []gofpdf.PointType, style string) {
	t.pen.Polygon(points, style)
	if len(points) == 0 {
		return
	}
	list := make([]point, len(points))
	for i, p := range points {
		list[i] = at(p.X, p.Y)
	}
	t.draw(style, true, list...)
}

func (t *tracer) Rect(x, y, width, height float64, style string) {
	t.pen.Rect(x, y, width, height, style)
	a, b := at(x, y), at(x+width, y+height)
	t.draw(style, true, a, point{b.x, a.y}, b, point{a.x, b.y})
}

func (t *tracer) RoundedRect(x, y, width, height, radius float64, corners, style string) {
	t.pen.RoundedRect(x, y, width, height, radius, corners, style)
	t.shape(style, "rect", "x", x, "y", y, "width", width, "height", height, "rx", radius)
}

func (t *tracer) Circle(x, y, radius float64, style string) {
	t.pen.Circle(x, y, radius, style)
	t.shape(style, "circle", "cx", x, "cy", y, "r", radius)
}

func (t *tracer) shape(style, tag string, pairs ...any) {
	t.paint(style)
	t.leaf.flush()
	t.leaf.b.WriteString("<" + tag)
	for i := 0; i+1 < len(pairs); i += 2 {
		t.leaf.b.WriteString(" " + pairs[i].(string) + `="` + strconv.Itoa(tenth(pairs[i+1].(float64))) + `"`)
	}
	t.leaf.b.WriteString("/>")
}

func (t *tracer) Phrase(text string) {
	t.pen.Phrase(text)
	t.phrase = &phrase{text: text}
}

func (t *tracer) Unphrase() {
	t.pen.Unphrase()
	if p := t.phrase; p != nil && p.begun {
		t.write(p.x, p.y, p.wide, apart(p.text))
	}
	t.phrase = nil
}

func (t *tracer) Text(x, y float64, encoded string) {
	t.pen.Text(x, y, encoded)
	wide := t.GetStringWidth(encoded)
	if p := t.phrase; p != nil {
		if !p.begun {
			p.x, p.y, p.begun = x, y, true
		}
		p.wide += wide
		return
	}
	t.write(x, y, wide, encoded)
}

// write puts a text at its baseline, as wide as it is on paper.
func (t *tracer) write(x, y, wide float64, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	l := t.leaf
	l.flush()
	attributes := ` font-size="` + number(t.size/72*25.4*perMillimetre) + `" fill="` + t.ink + `"`
	if t.strong {
		attributes += ` font-weight="600"`
	}
	switch {
	case l.heading == nil:
	case l.begun && l.open != attributes+headingRole:
		l.heading = nil
	default:
		attributes += headingRole
		l.heading.title = strings.TrimSpace(l.heading.title + " " + text)
		if l.begun {
			l.titles = l.titles[:len(l.titles)-1]
		}
		l.titles, l.begun = append(l.titles, l.heading.title), true
	}
	l.group(attributes)
	l.b.WriteString(`<text x="` + strconv.Itoa(tenth(x)) + `" y="` + strconv.Itoa(tenth(y)) + `"`)
	if n := tenth(wide); n > 0 && len(text) > 1 {
		l.b.WriteString(` textLength="` + strconv.Itoa(n) + `"`)
	}
	l.b.WriteString(">" + html.EscapeString(text) + "</text>")
}

const headingRole = ` role="heading" aria-level="3"`

func (t *tracer) Figure(words string) {
	t.pen.Figure(words)
	t.leaf.close()
	t.leaf.b.WriteString(`<g role="img" aria-label="` + html.EscapeString(strings.TrimSpace(words)) + `">`)
}

func (t *tracer) Unfigure() {
	t.pen.Unfigure()
	t.leaf.close()
	t.leaf.b.WriteString("</g>")
}

func (t *tracer) SetLink(link int, y float64, page int) {
	t.pen.SetLink(link, y, page)
	if t.sections == nil {
		t.sections = map[int]*section{}
	}
	t.target, t.sections[link] = link, &section{page: page}
}

func (t *tracer) Bookmark(text string, level int, y float64) {
	t.pen.Bookmark(text, level, y)
	t.leaf.close()
	t.leaf.heading, t.leaf.begun = t.sections[t.target], false
}

func (t *tracer) Link(x, y, width, height float64, link int) {
	t.pen.Link(x, y, width, height, link)
	if s := t.sections[link]; s != nil {
		t.over(x, y, width, height, t.look.Page(s.page), s.title)
	}
}

func (t *tracer) LinkString(x, y, width, height float64, url string) {
	t.pen.LinkString(x, y, width, height, url)
	t.over(x, y, width, height, url, url)
}

// over lays a link over what is drawn.
func (t *tracer) over(x, y, width, height float64, url, name string) {
	t.leaf.close()
	t.leaf.b.WriteString(`<a href="` + html.EscapeString(url) + `" aria-label="` + html.EscapeString(name) + `">`)
	t.leaf.b.WriteString(`<rect x="` + strconv.Itoa(tenth(x)) + `" y="` + strconv.Itoa(tenth(y)) + `" width="` + strconv.Itoa(tenth(width)) + `" height="` + strconv.Itoa(tenth(height)) + `" fill="none" pointer-events="all"/></a>`)
}

func (t *tracer) ImageOptions(name string, x, y, width, height float64, flow bool, options gofpdf.ImageOptions, link int, url string) {
	t.pen.ImageOptions(name, x, y, width, height, flow, options, link, url)
	t.leaf.close()
	t.leaf.b.WriteString(`<image href="` + html.EscapeString(t.look.Logo) + `" x="` + strconv.Itoa(tenth(x)) + `" y="` + strconv.Itoa(tenth(y)) + `" width="` + strconv.Itoa(tenth(width)) + `" height="` + strconv.Itoa(tenth(height)) + `" aria-hidden="true"/>`)
}

// isPresentation tells an Arabic letter in the form that its neighbours asked for (Unicode, Arabic Presentation Forms-A and -B).
func isPresentation(r rune) bool { return r >= 0xfb50 && r <= 0xfdff || r >= 0xfe70 && r <= 0xfeff }

// compatible gives the letters that a form stands for.
func compatible(r rune) string { return norm.NFKC.String(string(r)) }
