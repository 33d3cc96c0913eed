package care

import (
	"strconv"

	"tussentijds/library"
)

// ProgrammeInfo is a programme one can choose, in one language.
type ProgrammeInfo struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"` // programme, short (of another) or add_on (to others).
	Of         []string `json:"of"`   // what it is a short form of or an add-on to.
	Title      string   `json:"title"`
	Summary    string   `json:"summary"`
	Range      string   `json:"range"`                 // how long it often takes, in words. A range, never a deadline.
	MonthsFrom int      `json:"months_from,omitempty"` // zero where no source says.
	MonthsTo   int      `json:"months_to,omitempty"`
	Unshown    bool     `json:"unshown,omitempty"` // no portal shows it.
	Phases     []string `json:"phases"`
}

// ProgrammeDetail is a programme of the library, whole and in one language.
type ProgrammeDetail struct {
	ID         string         `json:"id"`
	Kind       string         `json:"kind"`
	Of         []string       `json:"of"`
	Title      string         `json:"title"`
	Summary    string         `json:"summary"`
	Range      string         `json:"range"`
	MonthsFrom int            `json:"months_from,omitempty"`
	MonthsTo   int            `json:"months_to,omitempty"`
	Unshown    bool           `json:"unshown,omitempty"`
	Gate       ProgrammeGate  `json:"gate"`
	Phases     []PhaseView    `json:"phases"`
	Reviews    []ReviewMoment `json:"reviews"`
	Aside      ProgrammeAside `json:"aside"`
	Source     string         `json:"source"`
}

// ProgrammeGate is what a therapist weighs before a couple begins. It locks nothing.
type ProgrammeGate struct {
	For   string          `json:"for"`
	Not   []string        `json:"not"`
	First []PhaseExercise `json:"first"` // to take beforehand; the note says why.
}

// ProgrammeAside is background beside the phases, for the therapist.
type ProgrammeAside struct {
	Rhythm    []AsideLine `json:"rhythm"`    // numbers that belong to the programme: how often, how long.
	Taper     []AsideLine `json:"taper"`     // how what is temporary grows less.
	Obstacles []AsideLine `json:"obstacles"` // what often comes in the way, with an answer.
	Notes     []AsideLine `json:"notes"`
	Tracks    []TrackView `json:"tracks"` // what to add for one cause or situation.
}

// AsideLine is a term with what there is to say about it.
type AsideLine struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// TrackView is what to add for one cause or situation.
type TrackView struct {
	ID        string          `json:"id"`
	Title     string          `json:"title"`
	About     string          `json:"about"`
	Exercises []PhaseExercise `json:"exercises"`
}

// PhaseView is a phase of a programme, of the library or as a couple has it.
type PhaseView struct {
	ID         string          `json:"id,omitempty"`
	Number     int             `json:"number"` // from 1.
	Title      string          `json:"title"`
	Goal       string          `json:"goal,omitempty"`
	Range      string          `json:"range"`
	From       string          `json:"expected_from,omitempty"` // with a couple: between which days it often lies. Never a deadline.
	To         string          `json:"expected_to,omitempty"`
	Hurt       string          `json:"hurt,omitempty"` // what each works on, in words for that partner.
	Repairing  string          `json:"repairing,omitempty"`
	Both       string          `json:"both,omitempty"`
	Exercises  []PhaseExercise `json:"exercises,omitempty"`
	Milestones []MilestoneView `json:"milestones,omitempty"`
	Exit       []string        `json:"exit,omitempty"` // signs of being ready for what comes next; never automatic.
	Review     string          `json:"review,omitempty"`
	Skipped    bool            `json:"skipped,omitempty"`
	Changed    bool            `json:"changed,omitempty"` // for this couple.
}

// PhaseExercise is an exercise that a programme names.
type PhaseExercise struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Minutes int    `json:"minutes,omitempty"`
	Role    string `json:"role,omitempty"` // hurt or repairing; empty for both.
	Note    string `json:"note,omitempty"`
	Card    bool   `json:"card,omitempty"`  // for the therapist to read, and not given to anybody.
	Given   string `json:"given,omitempty"` // with a couple: running or before.
	Held    bool   `json:"held,omitempty"`  // with a couple: not while the present safety hold stands.
	Gone    bool   `json:"gone,omitempty"`  // no longer in the library.
}

// MilestoneView is something to notice on the way.
type MilestoneView struct {
	ID        string `json:"id,omitempty"`
	Title     string `json:"title"`
	Measure   string `json:"measure,omitempty"` // exercise.measure, where it shows in figures.
	Private   bool   `json:"private,omitempty"` // for the therapist alone.
	Own       bool   `json:"own,omitempty"`     // added for this couple.
	ReachedOn string `json:"reached_on,omitempty"`
}

// ReviewMoment is a moment to look back.
type ReviewMoment struct {
	ID        string          `json:"id"`
	Title     string          `json:"title"`
	About     string          `json:"about"`
	When      string          `json:"when"`                    // week, month, every or phase_end.
	From      int             `json:"from,omitempty"`          // so many weeks or months after the start, to To.
	To        int             `json:"to,omitempty"`            //
	Every     string          `json:"every,omitempty"`         // week, month, quarter, half_year or year.
	On        string          `json:"expected_from,omitempty"` // with a couple: between which days, or the next day.
	Until     string          `json:"expected_to,omitempty"`
	Exercises []PhaseExercise `json:"exercises"`
}

// inOne gives programmes in one language.
type inOne struct {
	lang string
	find func(id string) (*library.Exercise, bool)
}

func programmeInfo(p library.Programme, lang string) ProgrammeInfo {
	info := ProgrammeInfo{
		ID: p.ID, Kind: string(p.Kind), Of: append([]string{}, p.Of...), Title: p.Title.In(lang), Summary: p.Summary.In(lang), Range: p.Range.Text.In(lang),
		MonthsFrom: p.Range.MonthsFrom, MonthsTo: p.Range.MonthsTo, Unshown: p.Unshown, Phases: []string{},
	}
	for _, phase := range p.Phases {
		info.Phases = append(info.Phases, phase.Title.In(lang))
	}
	return info
}

// programmeDetail gives a programme whole, in a language.
func (s *Service) programmeDetail(p library.Programme, lang string) ProgrammeDetail {
	in := inOne{lang, s.Library.Exercise}
	info := programmeInfo(p, lang)
	d := ProgrammeDetail{
		ID: p.ID, Kind: info.Kind, Of: info.Of, Title: info.Title, Summary: info.Summary, Range: info.Range, MonthsFrom: info.MonthsFrom, MonthsTo: info.MonthsTo,
		Unshown: p.Unshown, Gate: in.gate(p.Gate), Aside: in.aside(p), Phases: []PhaseView{}, Reviews: []ReviewMoment{}, Source: p.Source,
	}
	for i, phase := range p.Phases {
		d.Phases = append(d.Phases, in.phase(phase, i+1))
	}
	for _, v := range p.Reviews {
		d.Reviews = append(d.Reviews, in.review(v))
	}
	return d
}

func (in inOne) text(t library.Text) string { return t.In(in.lang) }

func (in inOne) texts(list []library.Text) []string {
	out := []string{}
	for _, t := range list {
		out = append(out, in.text(t))
	}
	return out
}

func (in inOne) gate(g library.Gate) ProgrammeGate {
	out := ProgrammeGate{For: in.text(g.For), Not: in.texts(g.Not), First: []PhaseExercise{}}
	for _, e := range g.First {
		one := in.exercise(library.PhaseExercise{ID: e.ID, Note: e.Why})
		out.First = append(out.First, one)
	}
	return out
}

func (in inOne) aside(p library.Programme) ProgrammeAside {
	out := ProgrammeAside{Rhythm: []AsideLine{}, Taper: []AsideLine{}, Obstacles: []AsideLine{}, Notes: []AsideLine{}, Tracks: []TrackView{}}
	for _, f := range p.Rhythm {
		out.Rhythm = append(out.Rhythm, AsideLine{in.text(f.What), in.text(f.Value)})
	}
	for _, s := range p.Taper {
		out.Taper = append(out.Taper, AsideLine{in.text(s.When), in.text(s.What)})
	}
	for _, o := range p.Obstacles {
		out.Obstacles = append(out.Obstacles, AsideLine{in.text(o.Title), in.text(o.Answer)})
	}
	for _, n := range p.Notes {
		out.Notes = append(out.Notes, AsideLine{in.text(n.Title), in.text(n.Text)})
	}
	for _, t := range p.Tracks {
		out.Tracks = append(out.Tracks, TrackView{t.ID, in.text(t.Title), in.text(t.About), in.exercises(t.Exercises)})
	}
	return out
}

func (in inOne) phase(p library.Phase, number int) PhaseView {
	v := PhaseView{
		ID: p.ID, Number: number, Title: in.text(p.Title), Goal: in.text(p.Goal), Range: in.text(p.Range), Hurt: in.text(p.Roles.Hurt),
		Repairing: in.text(p.Roles.Repairing), Both: in.text(p.Roles.Both), Exit: in.texts(p.Exit), Review: in.text(p.Review), Skipped: p.Skipped,
	}
	for _, e := range p.Exercises {
		v.Exercises = append(v.Exercises, in.exercise(e))
	}
	for _, m := range p.Milestones {
		v.Milestones = append(v.Milestones, MilestoneView{ID: p.ID + "/" + m.ID, Title: in.text(m.Title), Measure: m.Measure, Private: m.Private, Own: m.Own})
	}
	return v
}

func (in inOne) exercise(e library.PhaseExercise) PhaseExercise {
	v := PhaseExercise{ID: e.ID, Title: e.ID, Role: e.Role, Note: in.text(e.Note)}
	found, ok := in.find(e.ID)
	if !ok {
		v.Gone = true
		return v
	}
	v.Title, v.Minutes, v.Card = in.text(found.Title), found.Minutes, found.Card
	return v
}

func (in inOne) exercises(ids []string) []PhaseExercise {
	out := []PhaseExercise{}
	for _, id := range ids {
		out = append(out, in.exercise(library.PhaseExercise{ID: id}))
	}
	return out
}

func (in inOne) review(v library.Review) ReviewMoment {
	out := ReviewMoment{ID: v.ID, Title: in.text(v.Title), About: in.text(v.About), When: v.Unit, From: v.From, To: v.To, Every: v.Every, Exercises: in.exercises(v.Exercises)}
	switch {
	case v.PhaseEnd:
		out.When = "phase_end"
	case v.Every != "":
		out.When = "every"
	}
	return out
}

// phaseLabel names a phase by its number and title.
func (in inOne) phaseLabel(p library.Programme, number int) string {
	phase, ok := p.Phase(number)
	if !ok {
		return strconv.Itoa(number)
	}
	return strconv.Itoa(p.Within(number)) + ". " + in.text(phase.Title)
}
