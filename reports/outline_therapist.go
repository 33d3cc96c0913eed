package reports

func (o outliner) flags() Section {
	if o.s.Audience != ForTherapist {
		return Section{}
	}
	items := o.numbered("flag", lines(o.s.Flags))
	if len(items) == 0 {
		return Section{}
	}
	return o.section("flags", Block{Paragraphs: []string{o.loc.T("report.flags.intro")}, Items: items})
}

// discuss gives what may be worth a talk, each with the facts that it follows from.
func (o outliner) discuss() Section {
	if o.s.Audience != ForTherapist || len(o.s.Discuss) == 0 {
		return Section{}
	}
	var items []Item
	for i, t := range o.s.Discuss {
		items = append(items, Item{Text: t.Text, Meta: t.Why, Origin: Numbered("discuss", i)})
	}
	return o.section("discuss", Block{Paragraphs: []string{o.loc.T("report.discuss.intro")}, Items: items})
}

// gaps gives what was not done or has no data, by partner and in facts.
func (o outliner) gaps() Section {
	if o.s.Audience != ForTherapist {
		return Section{}
	}
	var blocks []Block
	for i, g := range o.s.Gaps {
		items := lines(g.Facts)
		if len(items) == 0 {
			continue
		}
		b := Block{Heading: g.Who, Items: items, Origin: Numbered("gap", i)}
		if g.Who == "" {
			b.Heading = o.loc.T("report.gaps.both")
		}
		blocks = append(blocks, b)
	}
	if len(blocks) > 0 {
		blocks = append([]Block{{Paragraphs: []string{o.loc.T("report.gaps.intro")}}}, blocks...)
	}
	return o.section("gaps", blocks...)
}

// numbered gives each item the name of its figure.
func (o outliner) numbered(list string, items []Item) []Item {
	for i := range items {
		items[i].Origin = Numbered(list, i)
	}
	return items
}
