package reports

import (
	"strconv"
	"strings"
)

// Ask is one question of a form on paper, in one language. What is empty is not there.
type Ask struct {
	Number int // from 1.
	Label  string
	Help   string
	// Reader says who reads the answer, ReaderMore what that means; they stand above the first question of a run with the same
	// reader.
	Reader, ReaderMore string

	Boxes               []string // to tick, one or more.
	One                 bool     // of the boxes, one at most: they are round.
	Points              []int    // of a scale.
	LowLabel, HighLabel string
	Lines               int    // to write on.
	Blank               string // a short field with what it takes: "uu:mm", "minuten".
	Columns             []AskColumn
	Rows                int
	Agreed              string // the words of a signature.
}

// AskColumn is a column of a table to fill in; Boxes are what its cells choose from.
type AskColumn struct {
	Label string
	Boxes []string
}

const (
	askIndent  = 8.0 // below the number.
	askWidth   = textWidth - askIndent
	boxSize    = 3.6
	rowHeight  = 9.0
	gridMost   = 4 // columns side by side; more of them stand below each other.
	cardsMost  = 3 // rows of such, each a card.
	pointWidth = 12.5
)

// asks draws the questions of a form. A question stays together unless it is longer than a page.
func (p *sheet) asks(asks []Ask) {
	reader := ""
	for i, a := range asks {
		above := 0.0
		told := a.Reader != reader && a.Reader != ""
		if i > 0 {
			above = 4.5
		}
		if told {
			reader = a.Reader
			above += p.readerHeight(a) + 3
		}
		if tall := above + p.askHeight(a); p.y+tall > pageBottom && p.y > pageTop {
			if tall < pageBottom-pageTop || p.y+above+40 > pageBottom {
				p.newPage()
			}
		}
		if i > 0 && p.y > pageTop {
			p.y += 4.5
		}
		if told {
			p.reader(a)
		}
		p.ask(a)
	}
}

// readerHeight is the height of the band that says who reads.
func (p *sheet) readerHeight(a Ask) float64 {
	lines := len(p.wrap(a.ReaderMore, captionLetter, textWidth-8))
	if a.ReaderMore == "" {
		lines = 0
	}
	return 3 + headingLetter.height + float64(lines)*captionLetter.height + 2.4
}

// reader draws the band that says who reads what is written below it.
func (p *sheet) reader(a Ask) {
	tall := p.readerHeight(a)
	p.fill(paperColour)
	p.pdf.RoundedRect(marginSide, p.y, textWidth, tall, 1.5, "1234", "F")
	p.pdf.SetDrawColor(deepColour.r, deepColour.g, deepColour.b)
	p.pdf.SetLineWidth(0.7)
	p.pdf.Line(marginSide, p.y, marginSide, p.y+tall)
	bottom := p.y + tall
	p.y += 2.6
	p.use(headingLetter)
	p.line(marginSide+4, p.y, headingLetter, p.clip(a.Reader, headingLetter, textWidth-8))
	p.y += headingLetter.height
	if a.ReaderMore != "" {
		for _, encoded := range p.wrap(a.ReaderMore, captionLetter, textWidth-8) {
			p.use(captionLetter)
			p.line(marginSide+4, p.y, captionLetter, encoded)
			p.y += captionLetter.height
		}
	}
	p.y = bottom + 3
}

func (p *sheet) ask(a Ask) {
	p.use(factLetter)
	p.line(marginSide, p.y, factLetter, p.face.encode(strconv.Itoa(a.Number)+"."))
	p.flow(marginSide+askIndent, askWidth, factLetter, a.Label, nil)
	if a.Help != "" {
		p.flow(marginSide+askIndent, askWidth, captionLetter, a.Help, nil)
	}
	p.y += 1.4
	switch {
	case len(a.Points) > 0:
		p.scale(a)
	case len(a.Boxes) > 0:
		p.boxes(marginSide+askIndent, askWidth, a.Boxes, a.One)
	case len(a.Columns) > gridMost:
		p.cards(a)
	case len(a.Columns) > 0:
		p.grid(a)
	case a.Agreed != "":
		p.sign(a)
	case a.Blank != "":
		p.blank(marginSide+askIndent, 46, a.Blank)
	}
	p.ruled(marginSide+askIndent, askWidth, a.Lines)
}

// askHeight measures a question, so that it is not torn apart.
func (p *sheet) askHeight(a Ask) float64 {
	lines := func(text string, l letter, width float64) float64 {
		if text == "" {
			return 0
		}
		return float64(len(p.wrap(text, l, width))) * l.height
	}
	tall := lines(a.Label, factLetter, askWidth) + lines(a.Help, captionLetter, askWidth) + 1.4 + float64(a.Lines)*8.6 + 2
	switch {
	case len(a.Points) > 0:
		tall += 10 + max(lines(a.LowLabel, captionLetter, askWidth/2-4), lines(a.HighLabel, captionLetter, askWidth/2-4))
	case len(a.Boxes) > 0:
		tall += p.boxesHeight(a.Boxes, askWidth)
	case len(a.Columns) > gridMost:
		tall += 40
	case len(a.Columns) > 0:
		tall += 12 + float64(a.Rows)*rowHeight + p.legendHeight(a)
	case a.Agreed != "":
		tall += 22 + lines(a.Agreed, bodyLetter, askWidth-7)
	case a.Blank != "":
		tall += 9
	}
	return tall
}

// scale draws the points of a scale as circles to choose from, with its ends in words below.
func (p *sheet) scale(a Ask) {
	x, step := marginSide+askIndent, min(pointWidth, askWidth/float64(len(a.Points)))
	for _, n := range a.Points {
		p.stroke()
		p.pdf.Circle(x+3.6, p.y+3.6, 3.4, "D")
		p.use(cellLetter)
		text := p.face.encode(strconv.Itoa(n))
		p.line(x+3.6-p.width(text)/2, p.y+3.6-cellLetter.height/2, cellLetter, text)
		x += step
	}
	p.y += 8.4
	right := marginSide + askIndent + step*float64(len(a.Points)-1) + 7.2
	half := (right - marginSide - askIndent) / 2
	top, low := p.y, p.y
	if a.LowLabel != "" {
		for _, encoded := range p.wrap(a.LowLabel, captionLetter, half-3) {
			p.line(marginSide+askIndent, low, captionLetter, encoded)
			low += captionLetter.height
		}
	}
	if a.HighLabel != "" {
		for _, encoded := range p.wrap(a.HighLabel, captionLetter, half-3) {
			p.line(right-p.width(encoded), top, captionLetter, encoded)
			top += captionLetter.height
		}
	}
	p.y = max(low, top) + 1
}

// boxed lays boxes out: two columns when all labels are short, else one.
func (p *sheet) boxed(labels []string, width float64) (columns int, each float64) {
	if len(labels) < 4 {
		short := 0.0
		p.use(bodyLetter)
		for _, label := range labels {
			short = max(short, p.width(p.face.encode(label)))
		}
		if n := len(labels); n > 0 && (short+10)*float64(n) <= width {
			return n, min(width/float64(n), short+16)
		}
		return 1, width
	}
	p.use(bodyLetter)
	for _, label := range labels {
		if p.width(p.face.encode(label)) > width/2-9 {
			return 1, width
		}
	}
	return 2, width / 2
}

func (p *sheet) boxesHeight(labels []string, width float64) float64 {
	columns, each := p.boxed(labels, width)
	tall := 0.0
	for i := 0; i < len(labels); i += columns {
		row := 1
		for _, label := range labels[i:min(i+columns, len(labels))] {
			row = max(row, len(p.wrap(label, bodyLetter, each-7)))
		}
		tall += float64(row)*bodyLetter.height + 1.2
	}
	return tall
}

// boxes draws boxes to tick, row by row.
func (p *sheet) boxes(x, width float64, labels []string, one bool) {
	columns, each := p.boxed(labels, width)
	for i := 0; i < len(labels); i += columns {
		rows := make([][]string, 0, columns)
		tall := 1
		for _, label := range labels[i:min(i+columns, len(labels))] {
			lines := p.wrap(label, bodyLetter, each-7)
			rows = append(rows, lines)
			tall = max(tall, len(lines))
		}
		p.need(float64(tall)*bodyLetter.height + 1.2)
		for k, lines := range rows {
			left := x + float64(k)*each
			p.box(left, p.y+0.8, one)
			for n, encoded := range lines {
				p.use(bodyLetter)
				p.line(left+6, p.y+float64(n)*bodyLetter.height, bodyLetter, encoded)
			}
		}
		p.y += float64(tall)*bodyLetter.height + 1.2
	}
}

func (p *sheet) box(x, y float64, round bool) {
	p.stroke()
	if round {
		p.pdf.Circle(x+boxSize/2, y+boxSize/2, boxSize/2, "D")
		return
	}
	p.pdf.Rect(x, y, boxSize, boxSize, "D")
}

// blank draws a short field with what it takes behind it.
func (p *sheet) blank(x, width float64, takes string) {
	p.need(9)
	p.y += 7
	p.stroke()
	p.pdf.Line(x, p.y, x+width, p.y)
	p.use(captionLetter)
	p.line(x+width+3, p.y-captionLetter.height, captionLetter, p.clip(takes, captionLetter, marginSide+textWidth-x-width-3))
	p.y += 2
}

// legend says what the cells of a column choose from.
func (a Ask) legend() []string {
	var out []string
	for _, c := range a.Columns {
		if len(c.Boxes) > 0 {
			out = append(out, c.Label+": "+strings.Join(c.Boxes, " / "))
		}
	}
	return out
}

func (p *sheet) legendHeight(a Ask) float64 {
	tall := 0.0
	for _, text := range a.legend() {
		tall += float64(len(p.wrap(text, captionLetter, askWidth)))*captionLetter.height + 0.6
	}
	return tall
}

// grid draws a table to fill in, with what its cells choose from above it.
func (p *sheet) grid(a Ask) {
	for _, text := range a.legend() {
		p.flow(marginSide+askIndent, askWidth, captionLetter, text, nil)
		p.y += 0.6
	}
	width := askWidth / float64(len(a.Columns))
	heads := make([][]string, len(a.Columns))
	tall := 1
	for i, c := range a.Columns {
		heads[i] = p.wrap(c.Label, headLetter, width-3)
		tall = max(tall, len(heads[i]))
	}
	head := float64(tall)*headLetter.height + 2
	p.need(head + rowHeight)
	for i, lines := range heads {
		for n, encoded := range lines {
			p.use(headLetter)
			p.line(marginSide+askIndent+float64(i)*width+1.5, p.y+float64(n)*headLetter.height, headLetter, encoded)
		}
	}
	p.y += head
	for range a.Rows {
		p.need(rowHeight)
		p.stroke()
		for i := range a.Columns {
			p.pdf.Rect(marginSide+askIndent+float64(i)*width, p.y, width, rowHeight, "D")
		}
		p.y += rowHeight
	}
	p.y += 2
}

// cards draws the rows of a wide table one below the other, each column on a line of its own.
func (p *sheet) cards(a Ask) {
	const label = 62.0
	for n := range min(a.Rows, cardsMost) {
		if n > 0 {
			p.y += 2.5
		}
		tall := make([]float64, len(a.Columns))
		whole := 0.0
		for k, c := range a.Columns {
			tall[k] = max(float64(len(p.wrap(c.Label, captionLetter, label-3)))*captionLetter.height+2, 8.2)
			if len(c.Boxes) > 0 {
				tall[k] = max(tall[k], p.boxesHeight(c.Boxes, askWidth-label)+1)
			}
			whole += tall[k]
		}
		p.need(min(whole, pageBottom-pageTop-1))
		p.use(headLetter)
		p.line(marginSide+1.5, p.y+2, headLetter, p.face.encode(strconv.Itoa(n+1)))
		for k, c := range a.Columns {
			p.need(tall[k])
			lines := p.wrap(c.Label, captionLetter, label-3)
			for i, encoded := range lines {
				p.use(captionLetter)
				p.line(marginSide+askIndent, p.y+1.6+float64(i)*captionLetter.height, captionLetter, encoded)
			}
			if len(c.Boxes) > 0 {
				bottom := p.y + tall[k]
				p.y += 1
				p.boxes(marginSide+askIndent+label, askWidth-label, c.Boxes, true)
				p.y = max(p.y, bottom)
				continue
			}
			p.y += tall[k]
			p.stroke()
			p.pdf.Line(marginSide+askIndent+label, p.y-1, marginSide+textWidth, p.y-1)
		}
	}
	p.y += 2
}

// sign draws a box with the words of agreeing, and a line for name and day.
func (p *sheet) sign(a Ask) {
	p.boxes(marginSide+askIndent, askWidth, []string{a.Agreed}, false)
	p.y += 3
	p.blank(marginSide+askIndent, 92, a.Blank)
}
