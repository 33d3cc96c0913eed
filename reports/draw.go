package reports

import (
	"bytes"
	"sync"
	"time"

	"github.com/jung-kurt/gofpdf"

	"tussentijds/internal/chart"
	"tussentijds/internal/locale"
)

// draw lays the report out with letters. The snapshot is clean and complete.
func draw(s Snapshot, with letters) ([]byte, error) {
	p := newSheet(with, paperOf(s.Cover(locale.For(s.Locale)), s.BuiltAt), s.Brand)
	p.report(s)
	return p.bytes(s.Locale)
}

// report draws the pages of a report.
func (p *sheet) report(s Snapshot) {
	loc := locale.For(s.Locale)
	cover, sections := s.Cover(loc), s.Outline(loc)
	p.cover(cover, s.Brand)
	p.reserve(sections)
	for _, section := range sections {
		p.section(section)
	}
	p.listContents()
	p.footers(cover, loc)
}

// paper is what the file says of itself. It names no partner.
type paper struct {
	title  string // stands above every page but the first, too.
	author string
	made   time.Time
}

func paperOf(c Cover, made time.Time) paper {
	title := c.Title
	if c.Month != "" {
		title += " · " + c.Month
	}
	return paper{title: title, author: c.Practice, made: made.UTC()}
}

// newSheet begins a document without a page.
func newSheet(with letters, of paper, brand Brand) *sheet {
	pdf := gofpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCompression(false) // See finish.
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(of.made)
	pdf.SetModificationDate(of.made)
	pdf.SetTitle(of.title, true)
	pdf.SetAuthor(of.author, true)
	pdf.SetCreator("Tussentijds", true)
	pdf.SetProducer("Tussentijds", true)
	face := with(pdf)
	return &sheet{pdf: chart.NewInk(pdf), face: face, own: brand.colours(), bottom: pageBottom, running: face.encode(of.title)}
}

// unpacked are documents on their way to finish, which keeps nothing of them.
var unpacked = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// bytes ends the document and gives the file.
func (p *sheet) bytes(lang locale.Lang) ([]byte, error) {
	out := unpacked.Get().(*bytes.Buffer)
	defer func() {
		if out.Cap() <= 4<<20 { // What a long file took is given back.
			unpacked.Put(out)
		}
	}()
	out.Reset()
	if err := p.pdf.Output(out); err != nil {
		return nil, err
	}
	if p.face.name != nil {
		p.face.name(out.Bytes())
	}
	return finish(out.Bytes(), lang)
}

// section writes a section; its title never stands alone at the foot of a page.
func (p *sheet) section(s Section) {
	if s.Apart && p.y > pageTop {
		p.newPage()
	}
	if s = p.rested(s); len(s.Blocks) == 0 {
		return
	}
	if s.Title == "" {
		p.blocks(s)
		return
	}
	p.need(8.1 + sectionLetter.height + p.lead(s))
	if p.y > pageTop {
		p.y += 5
	}
	l := sectionLetter
	if s.ID == "flags" {
		l.colour = accentColour
	}
	p.enter(s.Title)
	p.fill(accentColour)
	p.pdf.Rect(marginSide, p.y, 9, 0.9, "F")
	p.y += 2.4
	p.flow(marginSide, textWidth, l, s.Title, nil)
	p.y += 2.2
	p.blocks(s)
}

// rested gives a section of lines to write on as it fits the rest of the page; without blocks when too few would fit.
func (p *sheet) rested(s Section) Section {
	const fewest = 3
	if len(s.Blocks) != 1 || !s.Blocks[0].Rest {
		return s
	}
	b := s.Blocks[0]
	room := int((p.bottom - p.y - 8.1 - 5 - sectionLetter.height - 4) / ruleGap)
	if b.Lines = min(b.Lines, room); b.Lines < fewest {
		return Section{}
	}
	s.Blocks = []Block{b}
	return s
}

// lead is the height that stays with a section's title: its first block, or short words with what they begin.
func (p *sheet) lead(s Section) float64 {
	if len(s.Blocks) == 0 {
		return 0
	}
	if s.ID == "about" {
		return p.wholeText(s)
	}
	height := p.leastFrom(s.Blocks)
	if len(s.Blocks) > 1 && s.Blocks[0].wordsAlone() && len(s.Blocks[0].Paragraphs) == 1 {
		height = min(height+3.5+p.leastFrom(s.Blocks[1:]), pageBottom-pageTop-30)
	}
	return height
}

func (b Block) wordsAlone() bool {
	return b.Chart == nil && len(b.Figures)+len(b.Facts)+len(b.Rows)+len(b.Items)+len(b.Pairs)+len(b.Asks)+b.Lines == 0
}

func (p *sheet) blocks(s Section) {
	for i, b := range s.Blocks {
		if i > 0 {
			p.y += 3.5
		}
		p.need(p.leastFrom(s.Blocks[i:]))
		p.block(s.ID, b)
	}
	p.y += 3
}

// wholeText is the height of a section of small words, which stays together.
func (p *sheet) wholeText(s Section) float64 {
	height := 0.0
	for _, b := range s.Blocks {
		for _, text := range b.Paragraphs {
			height += float64(len(p.wrap(text, smallLetter, textWidth)))*smallLetter.height + parting(s.ID)
		}
		height += float64(len(b.Links)) * 2.5 * smallLetter.height
	}
	return min(height, pageBottom-pageTop-20)
}

// chartHeight is the room a chart gets, in millimetres.
func (p *sheet) chartHeight(c chart.Chart) float64 {
	if height, ok := chart.PDFHeight(p.pdf, textWidth, c, p.chartType()); ok {
		return height
	}
	switch c := c.(type) {
	case chart.Bars:
		return 34
	case chart.Line:
		if len(c.Series) < 2 {
			return 26
		}
	}
	return 34
}

// least gives the height that must stay together at the start of a block.
func (p *sheet) least(b Block) float64 {
	height := 0.0
	if b.Heading != "" {
		height += headingLetter.height + 1
	}
	if len(b.Figures) > 0 {
		height += 26
	}
	if len(b.Rows) > 0 {
		height += 16
	}
	if b.Chart == nil {
		return height + max(2*bodyLetter.height, p.shortList(b))
	}
	height += p.chartHeight(b.Chart) + 3.5
	for _, text := range b.Paragraphs {
		height += float64(len(p.wrap(text, bodyLetter, textWidth))) * bodyLetter.height
	}
	if len(b.Items) > 0 {
		height += 2*bodyLetter.height + captionLetter.height // A drawing of a list stands with its first line.
	}
	if b.Note != "" {
		height += 1 + float64(len(p.wrap(b.Note, captionLetter, textWidth)))*captionLetter.height
	}
	return min(height, pageBottom-pageTop)
}

// leastFrom is least for the first of the blocks with those that stay on its page.
func (p *sheet) leastFrom(blocks []Block) float64 {
	height := p.least(blocks[0])
	for _, b := range blocks[1:] {
		if !b.Joined {
			break
		}
		height += 3.5 + p.least(b)
	}
	return min(height, pageBottom-pageTop-30)
}

func (p *sheet) block(section string, b Block) {
	if b.Heading != "" {
		p.flow(marginSide, textWidth, headingLetter, b.Heading, nil)
		p.y += 1
	}
	if len(b.Figures) > 0 {
		p.figures(b.Figures)
	}
	p.facts(b.Facts)
	p.paragraphs(section, b.Paragraphs)
	if b.Chart != nil {
		p.y += 1.5
		p.chart(b.Chart, p.chartHeight(b.Chart))
		p.y += 1
	}
	if len(b.Rows) > 0 {
		p.y += 1
		p.table(b.Header, b.Rows)
	}
	p.items(section, b.Items)
	p.links(b.Links)
	p.pairs(b.Pairs)
	p.asks(b.Asks)
	p.ruled(marginSide, textWidth, b.Lines)
	if b.Note != "" {
		p.y += 1
		p.flow(marginSide, textWidth, captionLetter, b.Note, nil)
	}
}

// paragraphs writes running text; the therapist's own words carry a quiet bar at their side.
func (p *sheet) paragraphs(section string, texts []string) {
	const indent = 5.0
	for i, text := range texts {
		if i > 0 {
			p.y += parting(section)
		}
		if section != "note" {
			l := bodyLetter
			if section == "about" {
				l = smallLetter
			}
			p.flow(marginSide, textWidth, l, text, nil)
			continue
		}
		first := true
		p.flow(marginSide+indent, textWidth-indent, bodyLetter, text, func(top float64) {
			above := 0.0
			if i > 0 && first && top > pageTop {
				above = 2
			}
			first = false
			p.fill(lensColour)
			p.pdf.Rect(marginSide, top-above, 0.9, bodyLetter.height+above+0.05, "F")
		})
	}
	if len(texts) > 0 {
		p.y += 1
	}
}

// parting is the room between two paragraphs.
func parting(section string) float64 {
	if section == "about" {
		return 0.9
	}
	return 2
}

// figures draws the month's few figures as tiles next to each other.
func (p *sheet) figures(figures []Fact) {
	const gap, inset = 4.0, 4.0
	n := min(len(figures), 4)
	width := (textWidth - gap*float64(n-1)) / float64(n)
	tall := 0.0
	labels := make([][]string, n)
	for i := range n {
		labels[i] = p.clipLines(figures[i].Label, captionLetter, width-2*inset, 2)
		tall = max(tall, 3.5+figureLetter.height+float64(len(labels[i]))*captionLetter.height+3.5)
	}
	for i := range n {
		x := marginSide + float64(i)*(width+gap)
		p.fill(paperColour)
		p.pdf.RoundedRect(x, p.y, width, tall, 2, "1234", "F")
		l := figureLetter
		for l.size > 11 && p.widthOf(figures[i].Value, l) > width-2*inset {
			l.size--
		}
		value := p.clip(figures[i].Value, l, width-2*inset)
		p.use(l)
		p.line(x+inset, p.y+3.2, l, value)
		p.use(captionLetter)
		for k, encoded := range labels[i] {
			p.line(x+inset, p.y+3.6+figureLetter.height+float64(k)*captionLetter.height, captionLetter, encoded)
		}
	}
	p.y += tall + 5
}

// facts writes names with their values beside them.
func (p *sheet) facts(facts []Fact) {
	const column = 30.0
	for _, f := range facts {
		p.need(bodyLetter.height)
		label := p.clip(f.Label, smallLetter, column-3)
		p.use(smallLetter)
		p.line(marginSide, p.y+0.3, smallLetter, label)
		p.flow(marginSide+column, textWidth-column, factLetter, f.Value, nil)
		p.y += 0.6
	}
	if len(facts) > 0 {
		p.y += 1.6
	}
}

// footers writes the practice, the line on confidentiality and the page's number, now that the number of pages is known.
func (p *sheet) footers(c Cover, loc locale.Localizer) {
	pages := p.pdf.PageCount()
	for n := 1; n <= pages; n++ {
		p.pdf.SetPage(n)
		p.rule(footerAt - 3)
		number := p.face.encode(loc.T("report.page", "Page", n, "Pages", pages))
		p.use(footLetter)
		right := p.width(number)
		p.line(paperWidth-marginSide-right, footerAt-2, footLetter, number)
		private := p.clip(c.Private, footLetter, textWidth*0.62)
		wide := p.width(private)
		practice := p.clip(c.Practice, footLetter, textWidth-right-wide-14)
		p.line(marginSide, footerAt-2, footLetter, practice)
		begin := marginSide + p.width(practice) + 4
		if practice == "" {
			begin = marginSide
		}
		p.line(begin, footerAt-2, footLetter, private)
	}
}
