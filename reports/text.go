package reports

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean makes a typed text fit for paper: composed characters, one line, no control or invisible characters, nothing
// above U+FFFF (gofpdf cannot draw emoji). Letters of a script the font lacks stay, so that they can still be copied
// from the PDF. A text of nothing but emoji becomes a dot, so that it does not look empty.
func clean(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, "")) {
		switch {
		case unicode.IsSpace(r) && r != '\u00a0', unicode.IsControl(r):
			space = b.Len() > 0
			continue
		case !drawable(r):
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	if b.Len() == 0 && strings.TrimSpace(s) != "" {
		return "•"
	}
	return b.String()
}

// isPlain tells that nothing is to be cleaned: printable ASCII without double, leading or trailing spaces.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e || s[i] == ' ' && (i == 0 || i+1 == len(s) || s[i+1] == ' ') {
			return false
		}
	}
	return true
}

// drawable tells whether a character can stand on paper: a letter, digit, mark, or a sign the font has.
func drawable(r rune) bool {
	if r > 0xffff || r == unicode.ReplacementChar || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Variation_Selector) {
		return false
	}
	if unicode.In(r, unicode.Hebrew, unicode.Arabic) && unicode.IsMark(r) {
		return false // Vowel signs may be left out, and would not sit well.
	}
	if r < 0x250 || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
		return true
	}
	set, err := fonts()
	return err == nil && set.own.covered[r]
}

// cleaned gives the snapshot with every typed text cleaned; the therapist's note keeps its paragraphs.
func (s Snapshot) cleaned() Snapshot {
	s.PracticeName, s.TherapistName = clean(s.PracticeName), clean(s.TherapistName)
	s.CoupleName, s.ReaderName = clean(s.CoupleName), clean(s.ReaderName)
	s.PartnerNames = cleanAll(s.PartnerNames)
	s.Programme.Name, s.Programme.Phase = clean(s.Programme.Name), clean(s.Programme.Phase)
	s.Goals, s.NextSteps, s.Flags = cleanAll(s.Goals), cleanAll(s.NextSteps), cleanAll(s.Flags)

	paragraphs := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s.TherapistNote), "\n")
	s.TherapistNote = strings.Join(cleanAll(paragraphs), "\n")

	s.Trends = slices.Clone(s.Trends)
	for i := range s.Trends {
		t := &s.Trends[i]
		t.Title, t.Sign, t.Unit = clean(t.Title), clean(t.Sign), clean(t.Unit)
		t.Lines = slices.Clone(t.Lines)
		for k := range t.Lines {
			t.Lines[k].Label = clean(t.Lines[k].Label)
		}
	}
	s.Instruments = slices.Clone(s.Instruments)
	for i := range s.Instruments {
		r := &s.Instruments[i]
		r.Title, r.Who, r.Band, r.Caveat, r.Change = clean(r.Title), clean(r.Who), clean(r.Band), clean(r.Caveat), clean(r.Change)
		r.Bands = slices.Clone(r.Bands)
		for k := range r.Bands {
			r.Bands[k].Label = clean(r.Bands[k].Label)
		}
	}
	s.Agreements = slices.Clone(s.Agreements)
	for i := range s.Agreements {
		a := &s.Agreements[i]
		a.Title = clean(a.Title)
		a.Points = slices.Clone(a.Points)
		for k := range a.Points {
			a.Points[k].Label = clean(a.Points[k].Label)
		}
	}
	s.Months = slices.Clone(s.Months)
	for i := range s.Months {
		m := &s.Months[i]
		m.Title, m.Sign, m.Who = clean(m.Title), clean(m.Sign), clean(m.Who)
	}
	s.Reviews = slices.Clone(s.Reviews)
	for i := range s.Reviews {
		s.Reviews[i].Text = clean(s.Reviews[i].Text)
	}
	s.Programme.Reviews = slices.Clone(s.Programme.Reviews)
	for i := range s.Programme.Reviews {
		s.Programme.Reviews[i].Text = clean(s.Programme.Reviews[i].Text)
	}
	s.Discuss = slices.Clone(s.Discuss)
	for i := range s.Discuss {
		s.Discuss[i] = Topic{clean(s.Discuss[i].Text), clean(s.Discuss[i].Why)}
	}
	s.Gaps = slices.Clone(s.Gaps)
	for i := range s.Gaps {
		s.Gaps[i] = Gap{clean(s.Gaps[i].Who), cleanAll(s.Gaps[i].Facts)}
	}
	s.Wins = slices.Clone(s.Wins)
	for i := range s.Wins {
		s.Wins[i].Text, s.Wins[i].By = clean(s.Wins[i].Text), clean(s.Wins[i].By)
	}
	return s
}

func cleanAll(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = clean(t)
	}
	return out
}
