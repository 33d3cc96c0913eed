package chart

import (
	"strconv"
	"strings"
)

// Cell is how often something was asked about in a week, and how often it was so.
type Cell struct{ Kept, Asked int }

// MatrixRow is one point of an agreement with a cell per column.
type MatrixRow struct {
	Label string
	Cells []Cell
	Total *Cell // nil adds the cells up.
}

// total gives how often the point was asked about and kept in all.
func (r MatrixRow) total(n int) (all Cell) {
	if r.Total != nil {
		return *r.Total
	}
	for _, cell := range r.within(n) {
		all.add(cell)
	}
	return all
}

// Matrix shows points against weeks: kept, partly, not, or not asked. Each of the four has a shape of its own, so that it
// reads without colour.
type Matrix struct {
	Title, Desc string
	Columns     []string
	Rows        []MatrixRow
	// The words of the legend, of the table's header, and of its column of totals.
	KeptLabel, PartLabel, NoneLabel, UnaskedLabel string
	RowHead, TotalHead                            string
}

// Words gives the chart's title and description.
func (c Matrix) Words() (title, desc string) { return c.Title, c.Desc }

// labelLines is how many lines a point's words may take; the rest stands in the table, and in the agreement itself.
const labelLines = 3

// layout gives the room for the labels, the width of a column and the lines of each label.
func (c Matrix) layout(cv Canvas) (label, column float64, lines [][]string) {
	width, _, em := cv.Size()
	columns := float64(len(c.Columns) + 1) // and the totals.
	column = min(max((width*0.58)/columns, 2.1*em), 5.4*em)
	label = max(width-column*columns, width*0.2)
	column = (width - label) / columns
	for _, row := range c.Rows {
		lines = append(lines, wrapLabel(cv, row.Label, label-1.2*em, labelLines))
	}
	return label, column, lines
}

const (
	matrixLead = 1.25 // the height of a line of a label, in ems.
	matrixPad  = 0.6  // above and below a label.
)

// Height gives the room the chart takes on the canvas.
func (c Matrix) Height(cv Canvas) float64 {
	_, _, em := cv.Size()
	_, _, lines := c.layout(cv)
	height := c.legend(cv, false) + 2.2*em
	for _, l := range lines {
		height += rowHeight(l) * em
	}
	return height + 0.2*em
}

func rowHeight(lines []string) float64 {
	return max(float64(len(lines))*matrixLead, 1.5) + 2*matrixPad
}

// Draw draws the legend, the weeks, and a row per point.
func (c Matrix) Draw(cv Canvas) {
	width, _, em := cv.Size()
	label, column, lines := c.layout(cv)
	y := c.legend(cv, true)
	middle := func(i int) float64 { return label + (float64(i)+0.5)*column }
	for i, name := range append(append([]string(nil), c.Columns...), c.TotalHead) {
		cv.Text(middle(i), y+1.2*em, fit(cv, name, column-0.3*em), Middle, "chart-tick")
	}
	y += 2 * em
	tops := make([]float64, len(c.Rows)+1)
	tops[0] = y
	for i, l := range lines {
		tops[i+1] = tops[i] + rowHeight(l)*em
	}
	for _, top := range tops {
		cv.Line(0, top, width, top, "chart-grid")
	}
	for r, l := range lines {
		for n, text := range l {
			cv.Text(0, tops[r]+(matrixPad+float64(n)*matrixLead+0.95)*em, text, Start, "chart-label")
		}
	}
	var signs []placed
	for r, row := range c.Rows {
		centre := tops[r] + (matrixPad+0.75)*em
		for i, cell := range row.within(len(c.Columns)) {
			at := middle(i)
			if words := cell.words(); cell.Asked > 1 && column > 1.9*em+cv.TextWidth(words) {
				at -= (cv.TextWidth(words) + 0.4*em) / 2
				cv.Text(at+1.15*em, centre+0.33*em, words, Start, "chart-tick")
			}
			signs = append(signs, placed{at, centre, cell})
		}
		if total := row.total(len(c.Columns)); total.Asked > 0 {
			cv.Text(middle(len(c.Columns)), centre+0.33*em, total.words(), Middle, "chart-value")
		}
	}
	drawSigns(cv, signs)
}

// within gives the row's cells for n columns; one that is not there was not asked about.
func (r MatrixRow) within(n int) []Cell {
	cells := make([]Cell, n)
	copy(cells, r.Cells)
	return cells
}

func (c *Cell) add(other Cell) { c.Kept, c.Asked = c.Kept+other.Kept, c.Asked+other.Asked }

// placed is a cell's sign with its middle.
type placed struct {
	x, y float64
	Cell
}

// drawSigns draws cells: a full square, one filled from below, an empty one, or a dash; those of one look together.
func drawSigns(cv Canvas, signs []placed) {
	_, _, em := cv.Size()
	half := 0.62 * em
	for _, s := range signs {
		if s.Asked <= 0 {
			cv.Line(s.x-0.3*em, s.y, s.x+0.3*em, s.y, "chart-axis")
		}
	}
	for _, s := range signs {
		if s.Asked > 0 && s.Kept < s.Asked {
			cv.Rect(s.x-half, s.y-half, 2*half, 2*half, 0.2*em, "chart-bar-of")
		}
	}
	for _, s := range signs {
		switch {
		case s.Asked <= 0 || s.Kept <= 0:
		case s.Kept >= s.Asked:
			cv.Rect(s.x-half, s.y-half, 2*half, 2*half, 0.2*em, "chart-bar-done")
		default:
			part := 2 * half * min(max(float64(s.Kept)/float64(s.Asked), 0.25), 0.75)
			cv.Rect(s.x-half, s.y+half-part, 2*half, part, 0.2*em, "chart-bar-done")
		}
	}
}

// legend names the four signs, in as many rows as they need, and gives the room it takes.
func (c Matrix) legend(cv Canvas, draw bool) float64 {
	width, _, em := cv.Size()
	x, y := 0.0, 0.8*em
	var signs []placed
	for _, item := range []struct {
		label string
		cell  Cell
	}{{c.KeptLabel, Cell{1, 1}}, {c.PartLabel, Cell{1, 2}}, {c.NoneLabel, Cell{0, 1}}, {c.UnaskedLabel, Cell{}}} {
		if item.label == "" {
			continue
		}
		words := fit(cv, item.label, width-2*em)
		need := 1.7*em + cv.TextWidth(words)
		if x > 0 && x+need > width {
			x, y = 0, y+1.6*em
		}
		if draw {
			signs = append(signs, placed{x + 0.65*em, y, item.cell})
			cv.Text(x+1.6*em, y+0.33*em, words, Start, "chart-label")
		}
		x += need + 1.4*em
	}
	if x == 0 && y == 0.8*em {
		return 0
	}
	drawSigns(cv, signs)
	return y + 1.1*em
}

// Table gives a row per point with a column per week and the totals.
func (c Matrix) Table() (header []string, rows [][]string) {
	header = append(append([]string{c.RowHead}, c.Columns...), c.TotalHead)
	for _, row := range c.Rows {
		out := []string{row.Label}
		for _, cell := range row.within(len(c.Columns)) {
			out = append(out, cell.words())
		}
		rows = append(rows, append(out, row.total(len(c.Columns)).words()))
	}
	return header, rows
}

func (c Cell) words() string {
	if c.Asked <= 0 {
		return "–"
	}
	return strconv.Itoa(c.Kept) + "/" + strconv.Itoa(c.Asked)
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
