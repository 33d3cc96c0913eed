package web

import (
	"slices"
	"strconv"
	"strings"

	"tussentijds/internal/fault"
	"tussentijds/library"
)

var builderScoringPage = page("desk/builder-scoring")

const maxBands = 12

// ScoringPage is how the answers to a questionnaire become a score.
type ScoringPage struct {
	*Builder
	S        *library.Scoring
	Methods  []Choice
	Adds     bool // the score is a sum or a mean: bands begin at a number.
	Bands    []BandRow
	Sections []SectionRow
	Cutoff   library.Cutoff
	LookBack []Choice
	Follow   FollowView
}

// BandRow is one outcome in the form.
type BandRow struct {
	Index int
	Name  string
	library.Band
	Known bool
}

// SectionRow is one part of a questionnaire with its title.
type SectionRow struct {
	Index int
	Name  string
	ID    string
	Title library.Text
}

// sections are the parts of a questionnaire in the order of their ids.
func sections(e *library.Exercise) []SectionRow {
	var out []SectionRow
	if e.Scoring == nil {
		return nil
	}
	for id, title := range e.Scoring.SectionTitles {
		out = append(out, SectionRow{ID: id, Title: title})
	}
	slices.SortFunc(out, func(a, b SectionRow) int { return strings.Compare(a.ID, b.ID) })
	for i := range out {
		out[i].Index, out[i].Name = i, "sections."+strconv.Itoa(i)
	}
	return out
}

func (b *Builder) scoring() ScoringPage {
	s := b.Draft.Scoring
	d := ScoringPage{
		Builder: b, S: s, Methods: b.r.hinted("builder.method", "sum", "mean", "mostly", "list"), LookBack: b.r.orNone("builder.look_back", "schedule"),
		Adds: s.Method != library.ScoreMostly && s.Method != library.ScoreList, Sections: append(sections(b.Draft), SectionRow{}),
	}
	last := len(d.Sections) - 1
	d.Sections[last].Index, d.Sections[last].Name = last, "sections."+strconv.Itoa(last)
	if days := string(s.LookBack); days != "" && s.LookBack != library.LookBackSchedule {
		d.LookBack = append(d.LookBack, Choice{Value: days, Label: b.r.L.T("builder.look_back.days", "Days", days)})
	}
	for i := range min(len(s.Bands)+1, maxBands) {
		row := BandRow{Index: i, Name: "bands." + strconv.Itoa(i)}
		if i < len(s.Bands) {
			row.Band, row.Known = s.Bands[i], true
		} else if !d.Adds {
			break // An outcome of another sort belongs to a choice.
		}
		d.Bands = append(d.Bands, row)
	}
	if s.Cutoff != nil {
		d.Cutoff = *s.Cutoff
	}
	d.Follow.Can = s.Method != library.ScoreList
	d.Follow.Share = library.AudienceReveal.NarrowerOrEqual(b.Draft.MeasureAudience(library.Measure{Kind: library.MeasureScore}))
	for _, m := range b.Draft.Measures {
		if m.Kind == library.MeasureScore {
			d.Follow.On, d.Follow.Better, d.Follow.Shared, d.Follow.Title = true, m.HigherIsBetter, m.Shared, m.Title
		}
	}
	return d
}

// ChoiceOf names the choice that leads to an outcome when the score is which choice was made most.
func (d ScoringPage) ChoiceOf(band library.Band) string {
	for _, q := range d.Draft.Questions {
		for _, o := range q.Options {
			if o.ID == band.Choice {
				return o.Label.In(string(d.r.L.Lang))
			}
		}
	}
	return ""
}

// deskBuilderScoring asks how the score is made. Only a questionnaire has one.
func (s *Site) deskBuilderScoring(r *Request) error {
	b, err := s.builder(r, "scoring")
	if err != nil {
		return err
	}
	if !b.Instrument() {
		return fault.Missing()
	}
	return b.show(builderScoringPage, b.scoring())
}

// deskSaveScoring keeps it.
func (s *Site) deskSaveScoring(r *Request) error {
	b, err := s.builder(r, "scoring")
	if err != nil {
		return err
	}
	if !b.Instrument() {
		return fault.Missing()
	}
	b.readScoring()
	act, about := b.act()
	at, _ := strconv.Atoi(about)
	if act == "remove" {
		b.Draft.Scoring.Bands = remove(b.Draft.Scoring.Bands, at)
	}
	var finish []string
	if act == "next" {
		finish = placesOf(b.Part)
	}
	err = b.save(func(location string) string { return strings.TrimPrefix(location, "scoring.") }, finish...)
	switch {
	case err != nil:
		return b.again(err, builderScoringPage, b.scoring())
	case act == "next":
		return r.Go(b.Next(), "")
	case act == "later":
		return r.Go(b.Base, "builder.flash.saved")
	case act == "add" || act == "remove":
		return r.Go(r.Path()+"#bands-"+strconv.Itoa(max(0, len(b.Draft.Scoring.Bands)-1)), "")
	}
	return r.Go(r.Path(), "builder.flash.saved")
}

func (b *Builder) readScoring() {
	s := b.Draft.Scoring
	s.Method = known(b.value("method"), s.Method, "sum", "mean", "mostly", "list")
	s.MaxMissing = b.whole("max_missing", s.MaxMissing)
	s.Licence = b.value("licence")
	b.text("caveat", &s.Caveat)
	if v := b.value("look_back"); v == "" || v == string(library.LookBackSchedule) || v == string(s.LookBack) {
		s.LookBack = library.LookBack(v)
	}
	if change := b.number("reliable_change", &s.ReliableChange); change != nil {
		s.ReliableChange = *change
	} else {
		s.ReliableChange = 0
	}
	b.readCutoff()
	b.readBands()
	b.readSections()
	b.readScoreFollow()
}

// readCutoff keeps a cut-off that has a value or a name; without either there is none.
func (b *Builder) readCutoff() {
	s := b.Draft.Scoring
	cut := library.Cutoff{}
	if s.Cutoff != nil {
		cut = *s.Cutoff
	}
	value := b.number("cutoff.value", &cut.Value)
	b.line("cutoff.label", &cut.Label)
	switch {
	case value == nil && (cut.Label.Empty() || b.blank(cut.Label)):
		s.Cutoff = nil
		return
	case value == nil:
		b.wrong.Add("cutoff.value", "error.field.required", nil)
	default:
		cut.Value = *value
	}
	s.Cutoff = &cut
}

func (b *Builder) readBands() {
	s := b.Draft.Scoring
	for i := range maxBands {
		name := "bands." + strconv.Itoa(i)
		if _, sent := b.typed[name+".label."+b.Main()]; !sent {
			continue
		}
		if i >= len(s.Bands) {
			band := library.Band{}
			b.line(name+".label", &band.Label)
			if band.Label.Empty() && b.value(name+".from") == "" {
				continue
			}
			band.ID = freeID("b", func(id string) bool { _, taken := s.Band(id); return taken })
			s.Bands = append(s.Bands, band)
			i = len(s.Bands) - 1
		}
		band := &s.Bands[i]
		b.line(name+".label", &band.Label)
		b.text(name+".advice", &band.Advice)
		if _, asked := b.typed[name+".from"]; asked {
			band.From = 0
			if from := b.number(name+".from", &band.From); from != nil {
				band.From = *from
			}
		}
		if band.NotifyTherapist = b.ticked(name + ".notify"); !band.NotifyTherapist {
			band.WithinDays = 0
		}
	}
}

// readSections renames parts, adds one that was typed in the empty row, and takes out those that were emptied, also from the
// questions that stood in them.
func (b *Builder) readSections() {
	s := b.Draft.Scoring
	for _, row := range append(sections(b.Draft), SectionRow{Name: "sections." + strconv.Itoa(len(s.SectionTitles))}) {
		if _, sent := b.typed[row.Name+"."+b.Main()]; !sent {
			continue
		}
		title := row.Title
		b.line(row.Name, &title)
		empty := title.Empty() || b.blank(title)
		if row.ID == "" && empty {
			continue
		}
		if row.ID == "" {
			row.ID = freeID("s", func(id string) bool { _, taken := s.SectionTitles[id]; return taken })
			if s.SectionTitles == nil {
				s.SectionTitles = map[string]library.Text{}
			}
		}
		if !empty {
			s.SectionTitles[row.ID] = title
			continue
		}
		delete(s.SectionTitles, row.ID)
		for i := range b.Draft.Questions {
			if b.Draft.Questions[i].Section == row.ID {
				b.Draft.Questions[i].Section = ""
			}
		}
	}
	if len(s.SectionTitles) == 0 {
		s.SectionTitles = nil
	}
}

// readScoreFollow keeps the measure of the score when it is to be followed over time.
func (b *Builder) readScoreFollow() {
	e := b.Draft
	i := slices.IndexFunc(e.Measures, func(m library.Measure) bool { return m.Kind == library.MeasureScore })
	if !b.ticked("follow") || e.Scoring.Method == library.ScoreList {
		if i >= 0 {
			e.Measures = slices.Delete(e.Measures, i, i+1)
		}
		return
	}
	if i < 0 {
		id := freeID("score", func(id string) bool {
			return slices.ContainsFunc(e.Measures, func(m library.Measure) bool { return m.ID == id })
		})
		e.Measures = append(e.Measures, library.Measure{ID: id, Kind: library.MeasureScore, Title: oneLine(e.Title)})
		i = len(e.Measures) - 1
	}
	m := &e.Measures[i]
	b.line("follow_title", &m.Title)
	if m.Title.Empty() {
		m.Title = oneLine(e.Title)
	}
	m.HigherIsBetter, m.Shared = b.ticked("follow_better"), b.ticked("follow_shared")
}
