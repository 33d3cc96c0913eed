package chart

import "strconv"

// Words gives the chart's title and description.
func (c Bars) Words() (title, desc string) { return c.Title, c.Desc }

// Draw draws a bar per group: its height is what was asked, the filled part what was done.
func (c Bars) Draw(cv Canvas) {
	width, height, em := cv.Size()
	top := c.legend(cv) + 1.8*em
	bottom := height - 1.9*em
	most := 1
	for _, b := range c.Bars {
		most = max(most, b.Of, b.Done)
	}
	cv.Line(0, bottom, width, bottom, "chart-axis")
	if len(c.Bars) == 0 {
		return
	}
	slot := width / float64(len(c.Bars))
	thick := min(slot*0.62, 3.6*em)
	tall := func(n int) float64 { return float64(max(n, 0)) / float64(most) * (bottom - top) }
	every := 1
	for _, b := range c.Bars {
		for float64(every)*slot < cv.TextWidth(short(b.Label))+0.5*em && every < len(c.Bars) {
			every++
		}
	}
	middle := func(i int) float64 { return (float64(i) + 0.5) * slot }
	// What looks alike is drawn together, so that a page says its looks once.
	for i, b := range c.Bars {
		if b.Of > 0 {
			cv.Rect(middle(i)-thick/2, bottom-tall(b.Of), thick, tall(b.Of), 0.15*em, "chart-bar-of")
		}
	}
	for i, b := range c.Bars {
		if b.Done > 0 {
			cv.Rect(middle(i)-thick/2, bottom-tall(b.Done), thick, tall(b.Done), 0.15*em, "chart-bar-done")
		}
	}
	for i, b := range c.Bars {
		value := strconv.Itoa(b.Done) + "/" + strconv.Itoa(b.Of)
		class := "chart-value"
		if b.Of == 0 && b.Done == 0 {
			value, class = "–", "chart-tick"
		}
		if cv.TextWidth(value) < slot {
			cv.Text(middle(i), bottom-tall(max(b.Of, b.Done))-0.5*em, value, Middle, class)
		}
	}
	for i, b := range c.Bars {
		if i%every == 0 {
			cv.Text(middle(i), bottom+1.5*em, fit(cv, b.Label, slot*float64(every)), Middle, "chart-tick")
		}
	}
}

func (c Bars) legend(cv Canvas) float64 {
	width, _, em := cv.Size()
	x := 0.0
	for _, item := range []struct{ label, class string }{{c.DoneLabel, "chart-bar-done"}, {c.OpenLabel, "chart-bar-of"}} {
		if item.label == "" {
			continue
		}
		cv.Rect(x, 0.25*em, 0.8*em, 0.8*em, 0.12*em, item.class)
		label := fit(cv, item.label, width/2-2.8*em)
		cv.Text(x+1.2*em, em, label, Start, "chart-label")
		x += 1.2*em + cv.TextWidth(label) + 1.6*em
	}
	if x == 0 {
		return 0
	}
	return 1.4 * em
}

// Table gives a row per group.
func (c Bars) Table() (header []string, rows [][]string) {
	header = []string{c.LabelHead, c.DoneHead, c.OfHead}
	for _, b := range c.Bars {
		rows = append(rows, []string{b.Label, strconv.Itoa(b.Done), strconv.Itoa(b.Of)})
	}
	return header, rows
}
