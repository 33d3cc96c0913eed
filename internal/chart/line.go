package chart

import (
	"math"
	"sort"
	"time"
)

var lineClasses = [...]string{"chart-a", "chart-b", "chart-c"}

// Words gives the chart's title and description.
func (c Line) Words() (title, desc string) { return c.Title, c.Desc }

// class gives the class of series i.
func (c Line) class(i int) string {
	if name := c.Series[i].Class; name != "" {
		return name
	}
	return lineClasses[i%len(lineClasses)]
}

func (p Point) missing() bool { return p.Gap || math.IsNaN(p.Value) || math.IsInf(p.Value, 0) }

// dayNumber counts days in the calendar of t's own zone, so that a clock change or an evening hour moves no point.
func dayNumber(t time.Time) float64 {
	year, month, day := t.Date()
	return float64(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// span gives the first and the last day of the axis.
func (c Line) span() (from, to time.Time) {
	from, to = c.From, c.To
	for _, s := range c.Series {
		for _, p := range s.Points {
			if c.From.IsZero() && (from.IsZero() || p.On.Before(from)) {
				from = p.On
			}
			if c.To.IsZero() && (to.IsZero() || p.On.After(to)) {
				to = p.On
			}
		}
	}
	if to.Before(from) {
		to = from
	}
	return from, to
}

// Draw draws axis, legend and lines.
func (c Line) Draw(cv Canvas) {
	width, height, em := cv.Size()
	low, high := c.Min, c.Max
	if !(high > low) {
		high = low + 1
	}
	ticks := niceTicks(low, high)
	left := 0.0
	for _, v := range ticks {
		left = max(left, cv.TextWidth(c.number(v)))
	}
	left = min(left+0.7*em, width/3)
	right := width - 0.8*em
	top := c.legend(cv) + 0.6*em
	bottom := height - 1.9*em
	y := func(v float64) float64 {
		return bottom - (min(max(v, low), high)-low)/(high-low)*(bottom-top)
	}
	for i, v := range ticks { // The lowest stands with the marks of the days: they are one axis.
		if i > 0 {
			cv.Line(left, y(v), right, y(v), "chart-grid")
		}
	}
	if len(ticks) > 0 {
		cv.Line(left, y(ticks[0]), right, y(ticks[0]), "chart-axis")
	}
	from, to := c.span()
	days := dayNumber(to) - dayNumber(from)
	inset := 0.8 * em
	x := func(t time.Time) float64 {
		if days <= 0 {
			return (left + right) / 2
		}
		part := min(max((dayNumber(t)-dayNumber(from))/days, 0), 1)
		return left + inset + part*(right-left-2*inset)
	}
	c.days(cv, x, from, days, bottom, right-left)
	for _, v := range ticks {
		cv.Text(left-0.5*em, y(v)+0.32*em, fit(cv, c.number(v), left-0.5*em), End, "chart-tick")
	}
	for i, s := range c.Series {
		c.series(cv, s, c.class(i), x, y, days)
	}
}

// days writes as many dates below the axis as there is room for, whole weeks apart when that fits.
func (c Line) days(cv Canvas, x func(time.Time) float64, from time.Time, days, bottom, width float64) {
	_, _, em := cv.Size()
	if from.IsZero() {
		return
	}
	room := max(width/(cv.TextWidth(c.day(from))+2*em), 1)
	steps := []int{1, 2, 3, 7, 14, 28, 56, 91, 182, 364}
	step := steps[0]
	for i := 1; days/float64(step) >= room; i++ {
		if step *= 2; i < len(steps) {
			step = steps[i]
		}
	}
	for day := 0; float64(day) <= days+0.01; day += step {
		on := from.AddDate(0, 0, day)
		cv.Line(x(on), bottom, x(on), bottom+0.3*em, "chart-axis")
	}
	for day := 0; float64(day) <= days+0.01; day += step {
		on := from.AddDate(0, 0, day)
		cv.Text(x(on), bottom+1.5*em, c.day(on), Middle, "chart-tick")
	}
}

func (c Line) series(cv Canvas, s Series, class string, x func(time.Time) float64, y func(float64) float64, days float64) {
	_, _, em := cv.Size()
	points := append([]Point(nil), s.Points...)
	sort.SliceStable(points, func(i, j int) bool { return points[i].On.Before(points[j].On) })
	var run, all []XY
	flush := func() {
		if len(run) > 1 {
			cv.Polyline(run, "chart-line "+class)
		}
		run = nil
	}
	for _, p := range points {
		if p.missing() {
			flush()
			continue
		}
		at := XY{x(p.On), y(p.Value)}
		run, all = append(run, at), append(all, at)
	}
	flush()
	size := 0.3 * em
	if days > 45 {
		size = 0.22 * em
	}
	for _, at := range all {
		marker(cv, at.X, at.Y, size, class)
	}
}

// marker draws the sign of a class: a dot, an open square or a triangle.
func marker(cv Canvas, x, y, size float64, class string) {
	name := "chart-marker " + class
	switch class {
	case "chart-b":
		cv.Rect(x-size*0.9, y-size*0.9, size*1.8, size*1.8, 0, name)
	case "chart-c":
		cv.Polygon([]XY{{x, y - size*1.2}, {x + size*1.1, y + size*0.8}, {x - size*1.1, y + size*0.8}}, name)
	default:
		cv.Circle(x, y, size, name)
	}
}

// legend names the lines at the top, in as many rows as they need, and gives the room it took.
func (c Line) legend(cv Canvas) float64 {
	width, _, em := cv.Size()
	x, y, any := 0.0, em, false
	for i, s := range c.Series {
		if s.Label == "" {
			continue
		}
		label := fit(cv, s.Label, width-3.4*em)
		need := 2.6*em + cv.TextWidth(label)
		if any && x+need > width {
			x, y = 0, y+1.6*em
		}
		cv.Line(x, y-0.35*em, x+2*em, y-0.35*em, "chart-line "+c.class(i))
		marker(cv, x+em, y-0.35*em, 0.3*em, c.class(i))
		cv.Text(x+2.6*em, y, label, Start, "chart-label")
		x, any = x+need+1.6*em, true
	}
	if !any {
		return 0
	}
	return y + 0.6*em
}

// Table gives a row per day with a column per line.
func (c Line) Table() (header []string, rows [][]string) {
	header = []string{c.DateHead}
	byDay := map[string]int{}
	var days []time.Time
	for _, s := range c.Series {
		name := s.Label
		if name == "" {
			name = c.ValueHead
		}
		header = append(header, name)
		for _, p := range s.Points {
			key := p.On.Format(time.DateOnly)
			if _, known := byDay[key]; !known {
				byDay[key] = 0
				days = append(days, p.On)
			}
		}
	}
	sort.SliceStable(days, func(i, j int) bool { return days[i].Before(days[j]) })
	for i, day := range days {
		row := make([]string, len(header))
		row[0] = c.day(day)
		for k := range c.Series {
			row[k+1] = c.none()
		}
		byDay[day.Format(time.DateOnly)] = i
		rows = append(rows, row)
	}
	for k, s := range c.Series {
		for _, p := range s.Points {
			if !p.missing() {
				rows[byDay[p.On.Format(time.DateOnly)]][k+1] = c.number(p.Value)
			}
		}
	}
	return header, rows
}

// niceTicks gives three to six round values from low to high, both included; a scale too odd for round values gives its
// ends alone.
func niceTicks(low, high float64) []float64 {
	span := high - low
	step := math.Pow(10, math.Floor(math.Log10(span)))
	for _, part := range []float64{0.1, 0.2, 0.25, 0.5, 1, 2} {
		if span/(step*part) <= 5.01 {
			step *= part
			break
		}
	}
	out := []float64{low}
	first := math.Floor(low/step) + 1
	for i := range 6 {
		v := (first + float64(i)) * step
		if !(v > out[len(out)-1]) || !(v < high-step*0.4) {
			break
		}
		out = append(out, v)
	}
	return append(out, high)
}

// labelRunes is more than any label has room for; what is beyond is cut before it is measured.
const labelRunes = 300

func short(text string) string {
	if len(text) <= labelRunes {
		return text
	}
	if runes := []rune(text); len(runes) > labelRunes {
		return string(runes[:labelRunes]) + "…"
	}
	return text
}

// fit shortens a text with an ellipsis until it is no wider than the room.
func fit(cv Canvas, text string, room float64) string {
	text = short(text)
	if cv.TextWidth(text) <= room {
		return text
	}
	runes := []rune(text)
	n := sort.Search(len(runes), func(n int) bool { return cv.TextWidth(string(runes[:n])+"…") > room })
	return string(runes[:max(n-1, 0)]) + "…"
}
