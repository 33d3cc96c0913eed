package reports

import (
	"strings"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

// Leaf is one page of a report as it is looked at on a screen.
type Leaf struct {
	SVG    string   // one element, every text in it escaped.
	Titles []string // of the sections that begin on it.
}

// Look says where the pages of a report stand on a screen.
type Look struct {
	Page func(number int) string // the address of a page.
	Logo string                  // the address of the practice's logo.
}

// Leaves gives a report's pages to look at, with the PDF they are the pages of: both come from the same strokes, so each line
// stands where it stands on paper. Faults are those of Build.
func Leaves(s Snapshot, look Look) (pdf []byte, leaves []Leaf, err error) {
	defer recoverAs(&err)
	if err := s.check(); err != nil {
		return nil, nil, err
	}
	set, err := fonts()
	if err != nil {
		return nil, nil, fault.Wrap(fault.Internal, err)
	}
	s = s.cleaned()
	loc := locale.For(s.Locale)
	p := newSheet(set.letter, paperOf(s.Cover(loc), s.BuiltAt), s.Brand)
	t := &tracer{pen: p.pdf, look: look}
	p.pdf = t
	p.report(s)
	if pdf, err = p.bytes(s.Locale); err != nil {
		return nil, nil, fault.Wrap(fault.Internal, err)
	}
	for i, l := range t.leaves {
		label := loc.T("report.page", "Page", i+1, "Pages", len(t.leaves))
		leaves = append(leaves, Leaf{SVG: l.element(string(s.Locale), label), Titles: l.titles})
	}
	return pdf, leaves, nil
}

// apart undoes joinLetters: who shows a text on a screen joins letters of their own accord.
func apart(text string) string {
	if !strings.ContainsFunc(text, isPresentation) {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		if isPresentation(r) {
			out.WriteString(compatible(r))
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}
