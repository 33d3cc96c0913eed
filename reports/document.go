package reports

import (
	"slices"
	"time"

	"tussentijds/internal/chart"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

// Document is a paper that is no progress report and is made of the same parts: a sheet to prepare a session with, a form to
// fill in by hand, what is kept of a person. Whoever makes it puts in only what its reader may know.
type Document struct {
	Locale   locale.Lang
	BuiltAt  time.Time
	Brand    Brand
	Cover    Cover
	Compact  bool // a low head, for a sheet of a page or two.
	Sections []Section
}

// Pair is something asked with what was answered: a short label above its text.
type Pair struct {
	Label string
	Text  []string // paragraphs.
	Meta  string   // who may read it, or when; may be empty.
}

// BuildDocument gives the document as a PDF (A4, embedded font). The same document always gives the same bytes. An unknown
// language or a missing moment is refused with fault.Invalid; whatever goes wrong in drawing comes back as fault.Internal and
// never as a panic.
func BuildDocument(d Document) (pdf []byte, err error) {
	defer recoverAs(&err)
	var wrong fault.Collector
	if !slices.Contains(locale.Langs, d.Locale) {
		wrong.Add("locale", "error.field.choice", nil)
	}
	if d.BuiltAt.IsZero() {
		wrong.Add("built_at", "error.field.required", nil)
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	set, err := fonts()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	if pdf, err = drawDocument(d.cleaned(), set.letter); err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	return pdf, nil
}

// cleaned gives the document with every text cleaned. The sections of the caller stay as they are.
func (d Document) cleaned() Document {
	one := func(s *string) { *s = clean(*s) }
	all := func(list []string) []string {
		list = slices.Clone(list)
		for i := range list {
			one(&list[i])
		}
		return list
	}
	c := &d.Cover
	one(&c.Practice)
	one(&c.Title)
	one(&c.Month)
	one(&c.For)
	one(&c.Private)
	c.Lines = all(c.Lines)
	d.Sections = slices.Clone(d.Sections)
	for i := range d.Sections {
		s := &d.Sections[i]
		one(&s.Title)
		s.Blocks = slices.Clone(s.Blocks)
		for k := range s.Blocks {
			s.Blocks[k].clean(one, all)
		}
	}
	return d
}

func (b *Block) clean(one func(*string), all func([]string) []string) {
	one(&b.Heading)
	one(&b.Note)
	b.Paragraphs, b.Header = all(b.Paragraphs), all(b.Header)
	switch c := b.Chart.(type) {
	case chart.Line:
		one(&c.Title)
		c.Series = slices.Clone(c.Series)
		for i := range c.Series {
			one(&c.Series[i].Label)
		}
		b.Chart = c
	case chart.Bars:
		one(&c.Title)
		b.Chart = c
	}
	b.Figures, b.Facts = slices.Clone(b.Figures), slices.Clone(b.Facts)
	for _, facts := range [][]Fact{b.Figures, b.Facts} {
		for i := range facts {
			one(&facts[i].Label)
			one(&facts[i].Value)
		}
	}
	b.Rows = slices.Clone(b.Rows)
	for i := range b.Rows {
		b.Rows[i] = all(b.Rows[i])
	}
	b.Items = slices.Clone(b.Items)
	for i := range b.Items {
		one(&b.Items[i].Text)
		one(&b.Items[i].Meta)
	}
	b.Pairs = slices.Clone(b.Pairs)
	for i := range b.Pairs {
		p := &b.Pairs[i]
		one(&p.Label)
		one(&p.Meta)
		p.Text = all(p.Text)
	}
	b.Asks = slices.Clone(b.Asks)
	for i := range b.Asks {
		a := &b.Asks[i]
		for _, s := range []*string{&a.Label, &a.Help, &a.Reader, &a.ReaderMore, &a.LowLabel, &a.HighLabel, &a.Blank, &a.Agreed} {
			one(s)
		}
		a.Boxes, a.Columns = all(a.Boxes), slices.Clone(a.Columns)
		for k := range a.Columns {
			one(&a.Columns[k].Label)
			a.Columns[k].Boxes = all(a.Columns[k].Boxes)
		}
	}
}

func drawDocument(d Document, with letters) ([]byte, error) {
	p := newSheet(with, paperOf(d.Cover, d.BuiltAt), d.Brand)
	if d.Compact {
		p.head(d.Cover, d.Brand)
	} else {
		p.cover(d.Cover, d.Brand)
		p.reserve(d.Sections)
	}
	for _, section := range d.Sections {
		p.section(section)
	}
	if !d.Compact {
		p.listContents()
	}
	p.footers(d.Cover, locale.For(d.Locale))
	return p.bytes(d.Locale)
}

// head draws a low head: the practice and the title at the left, what it is about below, the small lines at the right, below
// the practice's logo.
func (p *sheet) head(c Cover, brand Brand) {
	const aside = 58.0
	const width = textWidth - aside - 6
	p.pdf.AddPage()
	p.y = 15
	write := func(l letter, x, wide float64, text string, lines int) {
		if text == "" {
			return
		}
		for _, encoded := range p.clipLines(text, l, wide, lines) {
			p.use(l)
			p.line(x, p.y, l, encoded)
			p.y += l.height
		}
	}
	write(brandLetter, marginSide, width, c.Practice, 1)
	p.y += 1.5
	top := p.y
	write(headTitleLetter, marginSide, width, c.Title, 2)
	p.y += 0.8
	write(readerLetter, marginSide, width, c.For, 2)
	write(smallLetter, marginSide, width, c.Month, 2)
	left := p.y
	p.y = top + 1
	if h := p.smallLogo(brand, marginSide+textWidth-aside, 11, aside, 13); h > 0 {
		p.y = max(p.y, 11+h+2)
	}
	for _, line := range c.Lines {
		write(smallLetter, marginSide+textWidth-aside, aside, line, 2)
	}
	p.y = max(p.y, left) + 3.5
	p.fill(accentColour)
	p.pdf.Rect(marginSide, p.y, textWidth, 0.7, "F")
	p.y += 5
}

var headTitleLetter = letter{"B", 20, 9, deepColour}

// pairs writes what was asked in small letters with what was answered below it.
func (p *sheet) pairs(pairs []Pair) {
	short := false
	for i, pair := range pairs {
		before := short
		short = p.isShort(pair)
		switch {
		case i > 0 && short && before:
			p.y += 0.9
		case i > 0:
			p.y += 2.2
		}
		if short {
			p.beside(pair)
			continue
		}
		label := p.wrap(pair.Label, headLetter, textWidth)
		p.need(min(float64(len(label))*headLetter.height+bodyLetter.height, 60))
		p.flow(marginSide, textWidth, headLetter, pair.Label, nil)
		if pair.Meta != "" {
			p.flow(marginSide, textWidth, footLetter, pair.Meta, nil)
		}
		for _, text := range pair.Text {
			p.flow(marginSide, textWidth, bodyLetter, text, nil)
		}
	}
	if len(pairs) > 0 {
		p.y += 1
	}
}

const (
	pairColumn = 46.0 // of short answers.
	pairLabel  = textWidth - pairColumn - 4
)

// isShort tells whether an answer fits beside what was asked.
func (p *sheet) isShort(pair Pair) bool {
	return len(pair.Text) == 1 && pair.Meta == "" && len(p.wrap(pair.Text[0], bodyLetter, pairColumn)) == 1 &&
		len(p.wrap(pair.Label, headLetter, pairLabel)) <= 2
}

// beside writes a short answer at the end of what was asked.
func (p *sheet) beside(pair Pair) {
	label := p.wrap(pair.Label, headLetter, pairLabel)
	tall := max(float64(len(label))*headLetter.height, bodyLetter.height)
	p.need(tall)
	p.use(headLetter)
	for i, encoded := range label {
		p.line(marginSide, p.y+0.5+float64(i)*headLetter.height, headLetter, encoded)
	}
	p.use(bodyLetter)
	p.line(marginSide+textWidth-pairColumn, p.y, bodyLetter, p.face.encode(pair.Text[0]))
	p.y += tall
}

// ruleGap is the room between two lines to write on.
const ruleGap = 8.6

// ruled draws lines to write on over the width, never a single one at the foot of a page.
func (p *sheet) ruled(x, width float64, lines int) {
	const gap = ruleGap
	for i := range lines {
		left := lines - i
		if p.y+gap > pageBottom || i == 0 && left > 1 && p.y+2*gap > pageBottom {
			p.newPage()
		}
		p.y += gap
		p.stroke()
		p.pdf.Line(x, p.y, x+width, p.y)
	}
	if lines > 0 {
		p.y += 2
	}
}

// stroke is the pen of lines to write on and boxes to tick: dark enough for a copier.
func (p *sheet) stroke() {
	p.pdf.SetDrawColor(0x8a, 0x8f, 0x88)
	p.pdf.SetLineWidth(0.22)
}
