package reports

import (
	"strconv"
	"unicode/utf16"
)

// entry is a section with the page it begins on and a link to it.
type entry struct {
	title string
	page  int
	link  int
}

// enter puts a section that begins here into the contents and the bookmarks.
func (p *sheet) enter(title string) {
	link := p.pdf.AddLink()
	p.pdf.SetLink(link, max(p.y-3, 0), p.pdf.PageNo())
	p.contents = append(p.contents, entry{title, p.pdf.PageNo(), link})
	p.use(sectionLetter)
	p.pdf.Bookmark(textString(title), 0, p.y) // gofpdf writes it as it is with fonts of one byte a character.
}

// textString writes a text in UTF-16 with its mark (ISO 32000-1, 7.9.2.2).
func textString(text string) string {
	out := []byte{0xfe, 0xff}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit>>8), byte(unit&0xff))
	}
	return string(out)
}

// The contents stand at the foot of the first page as running words, when there are enough sections to look for one.
const (
	fewestListed  = 5
	contentsPad   = 3.2
	contentsInset = 5.0
	contentsAbove = 3.0
	contentsGap   = 5.0
)

// place is where a title of the contents stands: its row, and how far from the left.
type place struct {
	row int
	x   float64
}

// placeContents sets titles in rows, each with room for a number of pages of two digits, and gives the number of rows.
func (p *sheet) placeContents(titles []string) (places []place, rows int) {
	const width = textWidth - 2*contentsInset
	p.use(headLetter)
	number := p.width("  00")
	at := place{}
	for _, title := range titles {
		need := p.width(p.clip(title, headLetter, width-number)) + number
		if at.x > 0 && at.x+need > width {
			at = place{row: at.row + 1}
		}
		places = append(places, at)
		at.x += need + contentsGap
	}
	return places, at.row + 1
}

// reserve keeps room for the contents at the foot of the first page.
func (p *sheet) reserve(sections []Section) {
	if len(sections) < fewestListed {
		return
	}
	titles := make([]string, len(sections))
	for i, s := range sections {
		titles[i] = s.Title
	}
	_, rows := p.placeContents(titles)
	p.bottom -= contentsAbove + contentsHeight(rows)
}

func contentsHeight(rows int) float64 { return 2*contentsPad + float64(rows)*headLetter.height }

// listContents writes the contents on the first page, now that it is known where each section begins.
func (p *sheet) listContents() {
	if len(p.contents) < fewestListed || p.pdf.PageCount() == 1 {
		return
	}
	p.pdf.SetPage(1)
	titles := make([]string, len(p.contents))
	for i, e := range p.contents {
		titles[i] = e.title
	}
	places, rows := p.placeContents(titles)
	top := pageBottom - contentsHeight(rows)
	p.fill(paperColour)
	p.pdf.RoundedRect(marginSide, top, textWidth, contentsHeight(rows), 2, "1234", "F")
	for i, e := range p.contents {
		x, y := marginSide+contentsInset+places[i].x, top+contentsPad+float64(places[i].row)*headLetter.height
		p.use(headLetter)
		title := p.clip(e.title, headLetter, textWidth-2*contentsInset-p.width("  00"))
		p.line(x, y, headLetter, title)
		wide := p.width(title + " ")
		p.use(pageLetter)
		number := strconv.Itoa(e.page)
		p.line(x+wide, y, pageLetter, number)
		p.pdf.Link(x, y, wide+p.width(number), headLetter.height, e.link)
	}
}

// links writes addresses that can be followed; on paper the address itself is read.
func (p *sheet) links(links []Link) {
	for _, l := range links {
		p.need(2 * bodyLetter.height)
		p.y += 1
		p.flow(marginSide, textWidth, smallLetter, l.Text, nil)
		top := p.y
		p.flow(marginSide, textWidth, linkLetter, l.URL, nil)
		if p.y > top {
			p.pdf.LinkString(marginSide, top, textWidth, p.y-top, l.URL)
		}
	}
}
