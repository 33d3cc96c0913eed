package reports

import (
	"slices"
	"strings"
)

func (o outliner) note() Section {
	var paragraphs []string
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(o.s.TherapistNote)
	for _, p := range strings.Split(text, "\n") {
		if p = strings.TrimSpace(p); p != "" {
			paragraphs = append(paragraphs, p)
		}
	}
	if len(paragraphs) == 0 {
		return Section{}
	}
	return Section{ID: "note", Title: o.toReader("report.section.note"), Blocks: []Block{{Paragraphs: paragraphs}}}
}

func (o outliner) next() Section {
	var blocks []Block
	if items := lines(o.s.Goals); len(items) > 0 {
		blocks = append(blocks, Block{Heading: o.loc.T("report.next.goals"), Items: items})
	}
	if items := lines(o.s.NextSteps); len(items) > 0 {
		blocks = append(blocks, Block{Heading: o.loc.T("report.next.steps"), Items: items})
	}
	var reviews []Item
	moments := slices.Concat(o.s.Reviews, o.s.Programme.Reviews)
	slices.SortStableFunc(moments, func(a, b Review) int { return a.On.Compare(b.On) })
	for _, r := range moments {
		text := r.Text
		if !r.On.IsZero() {
			text = o.loc.T("report.next.review", "Date", o.loc.Date(r.On), "Text", r.Text)
		}
		reviews = append(reviews, Item{Text: text})
	}
	if len(reviews) > 0 {
		blocks = append(blocks, Block{Heading: o.loc.T("report.next.reviews"), Items: reviews})
	}
	var sessions []Item
	for _, at := range o.s.Sessions.Next {
		sessions = append(sessions, Item{Text: o.loc.Moment(at)})
	}
	if len(sessions) > 0 {
		blocks = append(blocks, Block{Heading: o.loc.T("report.next.sessions"), Items: sessions})
	}
	if len(blocks) == 0 {
		blocks = []Block{{Paragraphs: []string{o.loc.T("report.next.none")}}}
	}
	return o.section("next", blocks...)
}

// about says in plain words what the report is, and is not. It stands in every report and cannot be left out.
func (o outliner) about() Section {
	b := Block{Paragraphs: []string{o.toReader("report.about.verdict"), o.toReader("report.about.legal"), o.toReader("report.about.counts"), o.loc.T("report.about.pace")}}
	if o.s.PortalURL != "" && o.s.Audience != ForTherapist {
		b.Links = []Link{{Text: o.loc.T("report.about.portal"), URL: o.s.PortalURL}}
	}
	return o.section("about", b)
}

func lines(texts []string) []Item {
	var items []Item
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			items = append(items, Item{Text: t})
		}
	}
	return items
}
