package chart

import (
	"strconv"
	"time"
)

// Moment is something that happened on a day.
type Moment struct{ On time.Time }

// Timeline shows when in a period things happened, a mark for each; several on one day stand on top of each other. All marks
// are alike: it shows that there was something, and compares nobody.
type Timeline struct {
	Title, Desc string
	From, To    time.Time
	Moments     []Moment
	// CountHead heads the column of the table beside the date.
	CountHead string
	Format
}

// Words gives the chart's title and description.
func (c Timeline) Words() (title, desc string) { return c.Title, c.Desc }

// mostMarks is how many marks stand above one day; with more, the number is written over them.
const mostMarks = 5

// mostDays bounds the axis: a period is a month, and a broken one must not make a page of nothing.
const mostDays = 400

// days gives how many days lie between the first and the last.
func (c Timeline) days() int {
	return int(min(max(dayNumber(c.To)-dayNumber(c.From), 1), mostDays))
}

// stacks counts the moments of each day of the period, by the day's place in it.
func (c Timeline) stacks() map[int]int {
	out := map[int]int{}
	for _, m := range c.Moments {
		out[int(min(max(dayNumber(m.On)-dayNumber(c.From), 0), float64(c.days())))]++
	}
	return out
}

// Height gives the room the chart takes on the canvas.
func (c Timeline) Height(cv Canvas) float64 {
	_, _, em := cv.Size()
	tallest := 1
	for _, n := range c.stacks() {
		tallest = max(tallest, min(n, mostMarks))
	}
	extra := 0.0
	for _, n := range c.stacks() {
		if n > mostMarks {
			extra = 1.1
		}
	}
	return (0.6+1.3*float64(tallest)+extra+2.1)*em + 0.2*em
}

// Draw draws the days as a line with a mark above it for each moment.
func (c Timeline) Draw(cv Canvas) {
	width, height, em := cv.Size()
	base := height - 2.1*em
	days := float64(c.days())
	inset := 1.6 * em
	x := func(day float64) float64 { return inset + day/days*(width-2*inset) }
	cv.Line(0, base, width, base, "chart-axis")
	room := max((width-2*inset)/(cv.TextWidth(c.day(c.From))+2*em), 1)
	step := 7
	for days/float64(step) > room {
		step *= 2
	}
	for day := 0; float64(day) <= days; day += step {
		cv.Line(x(float64(day)), base, x(float64(day)), base+0.35*em, "chart-axis")
	}
	for day := 0; float64(day) <= days; day += step {
		cv.Text(x(float64(day)), base+1.55*em, c.day(c.From.AddDate(0, 0, day)), Middle, "chart-tick")
	}
	stacks := c.stacks()
	radius := min(0.5*em, (width-2*inset)/days*0.48)
	for day := range c.days() + 1 {
		for i := range min(stacks[day], mostMarks) {
			leaf(cv, x(float64(day)), base-(0.85+1.3*float64(i))*em, max(radius, 0.32*em))
		}
	}
	for day := range c.days() + 1 {
		if n := stacks[day]; n > mostMarks {
			cv.Text(x(float64(day)), base-(0.85+1.3*mostMarks-0.45)*em, strconv.Itoa(n), Middle, "chart-value")
		}
	}
}

// leaf draws the mark: a drop that stands on its point.
func leaf(cv Canvas, x, y, size float64) {
	cv.Polygon([]XY{
		{x, y + 1.15*size},
		{x - 0.8*size, y + 0.1*size},
		{x - 0.62*size, y - 0.62*size},
		{x, y - 0.95*size},
		{x + 0.62*size, y - 0.62*size},
		{x + 0.8*size, y + 0.1*size},
	}, "chart-mark")
}

// Table gives a row per day with how many moments it had.
func (c Timeline) Table() (header []string, rows [][]string) {
	header = []string{c.DateHead, c.CountHead}
	stacks := c.stacks()
	for day := range c.days() + 1 {
		if n := stacks[day]; n > 0 {
			rows = append(rows, []string{c.day(c.From.AddDate(0, 0, day)), strconv.Itoa(n)})
		}
	}
	return header, rows
}
