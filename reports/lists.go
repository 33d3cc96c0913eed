package reports

// shortList is the height of a list that is short enough to stay whole; zero for another one.
func (p *sheet) shortList(b Block) float64 {
	const most = 40.0
	if len(b.Items) == 0 || len(b.Facts)+len(b.Paragraphs)+len(b.Figures) > 0 {
		return 0
	}
	height := 0.0
	for _, item := range b.Items {
		if height += p.itemHeight(item) + itemGap; height > most {
			return 0
		}
	}
	return height
}

const (
	itemIndent = 6.0
	itemAside  = 6.0 // between a line and what stands at its end.
	itemGap    = 1.4
)

// itemHeight is how tall an item of a list is, with what there is to say of it.
func (p *sheet) itemHeight(item Item) float64 {
	lines := p.wrap(item.Text, bodyLetter, textWidth-itemIndent)
	height := float64(len(lines)) * bodyLetter.height
	if item.Meta != "" && !p.aside(item, lines) {
		height += float64(len(p.wrap(item.Meta, captionLetter, textWidth-itemIndent))) * captionLetter.height
	}
	return height
}

// aside tells whether what there is to say of an item stands at the end of its line.
func (p *sheet) aside(item Item, lines []string) bool {
	if len(lines) != 1 || item.Meta == "" {
		return false
	}
	p.use(bodyLetter)
	used := p.width(lines[0])
	return used+itemAside+p.widthOf(item.Meta, captionLetter) <= textWidth-itemIndent
}

// items writes a list; what went well gets a tick, all else a dot. What there is to say of a short line stands at its end,
// of a longer one below it.
func (p *sheet) items(section string, items []Item) {
	const indent = itemIndent
	width := textWidth - indent
	for i, item := range items {
		if i > 0 {
			p.y += itemGap
		}
		if left := items[i:]; len(left) == 2 { // The last of a list does not go over alone.
			if both := p.itemHeight(left[0]) + itemGap + p.itemHeight(left[1]); both < 40 {
				p.need(both)
			}
		}
		lines := p.wrap(item.Text, bodyLetter, width)
		aside := p.aside(item, lines)
		if n := len(lines); n <= 3 && item.Meta != "" && !aside {
			p.need(float64(n)*bodyLetter.height + captionLetter.height)
		}
		first := true
		p.flow(marginSide+indent, width, bodyLetter, item.Text, func(top float64) {
			if !first {
				return
			}
			first = false
			middle := top + bodyLetter.height/2
			if section == "wins" {
				p.tick(marginSide+0.4, middle)
				return
			}
			p.fill(accentColour)
			p.pdf.Circle(marginSide+1.2, middle, 0.75, "F")
		})
		switch {
		case aside:
			p.use(captionLetter)
			meta := p.face.encode(item.Meta)
			p.line(paperWidth-marginSide-p.width(meta), p.y-bodyLetter.height+0.6, captionLetter, meta)
		case item.Meta != "":
			p.flow(marginSide+indent, width, captionLetter, item.Meta, nil)
		}
	}
	if len(items) > 0 {
		p.y += 0.8
	}
}

func (p *sheet) tick(x, y float64) {
	p.pdf.SetDrawColor(0x1f, 0x5c, 0x54)
	p.pdf.SetLineWidth(0.55)
	p.pdf.SetLineCapStyle("round")
	p.pdf.Line(x, y+0.1, x+1.05, y+1.15)
	p.pdf.Line(x+1.05, y+1.15, x+3, y-1.2)
	p.pdf.SetLineCapStyle("butt")
}
