package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
)

var deskProgrammeAdaptPage = page("desk/programme-adapt")

// AdaptPage is the form to change one phase for one couple, with what was typed.
type AdaptPage struct {
	ProgrammePage
	Phase     care.PhaseView
	Present   bool // they are in it: it cannot be skipped.
	In        adaptForm
	Roles     []Choice
	Exercises []Choice // to add.
}

// adaptForm is what the form holds.
type adaptForm struct {
	Goal, Hurt, Repairing, Both string
	Skipped                     bool
	Exercises                   []adaptExercise
	Add                         string
	Milestones                  []care.AdaptMilestone // two empty ones behind those there are.
}

// adaptExercise is one exercise of the phase: its place, for whom it is, and whether it goes.
type adaptExercise struct {
	ID, Title, Role, Place string
	Gone                   bool
}

// blankMilestones is how many empty fields wait for a milestone of the couple's own.
const blankMilestones = 2

// adaptPage loads the phase of the address; without a programme there is none, and the page is not filled.
func (s *Site) adaptPage(r *Request, id string) (AdaptPage, error) {
	base, err := s.programmePage(r)
	if err != nil {
		return AdaptPage{}, err
	}
	d := AdaptPage{ProgrammePage: base, Roles: []Choice{
		{Value: "", Label: r.L.T("desk.programme.role.both")},
		{Value: library.RoleHurt, Label: base.Head.withRole(r.Page("desk.programme", nil), library.RoleHurt)},
		{Value: library.RoleRepairing, Label: base.Head.withRole(r.Page("desk.programme", nil), library.RoleRepairing)},
	}}
	if base.V.Status == care.ProgrammeNone {
		return d, nil
	}
	at := slices.IndexFunc(base.V.Phases, func(p care.PhaseView) bool { return p.ID == id })
	if at < 0 && id == "" && base.V.Phase > 0 {
		at = base.V.Phase - 1 // Without a name it is the present one.
	}
	if at < 0 {
		return d, fault.Missing()
	}
	d.Phase, d.Present = base.V.Phases[at], base.V.Phases[at].Number == base.V.Phase
	all, err := s.care.ListExercises(r.Context(), r.Actor)
	if err != nil {
		return d, err
	}
	d.Exercises = []Choice{{Value: "", Label: r.L.T("desk.programme.adapt.add.none")}}
	for _, e := range all {
		if !e.Card && !slices.ContainsFunc(d.Phase.Exercises, func(p care.PhaseExercise) bool { return p.ID == e.ID }) {
			d.Exercises = append(d.Exercises, Choice{Value: e.ID, Label: e.Title.In(string(r.L.Lang))})
		}
	}
	slices.SortStableFunc(d.Exercises[1:], func(a, b Choice) int { return cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	return d, nil
}

func (d AdaptPage) crumbs(r *Request) []Crumb {
	return d.ProgrammePage.crumbs(r, Crumb{Text: r.L.T("desk.programme.adapt")})
}

// deskAskAdapt shows the form for one phase.
func (s *Site) deskAskAdapt(r *Request) error {
	d, err := s.adaptPage(r, r.Query("phase"))
	if err != nil {
		return err
	}
	if d.V.Status == care.ProgrammeNone {
		return s.chooseProgramme(r, d.ProgrammePage, nil)
	}
	d.In = adaptForm{Goal: d.Phase.Goal, Hurt: d.Phase.Hurt, Repairing: d.Phase.Repairing, Both: d.Phase.Both, Skipped: d.Phase.Skipped}
	for i, e := range d.Phase.Exercises {
		d.In.Exercises = append(d.In.Exercises, adaptExercise{ID: e.ID, Title: e.Title, Role: e.Role, Place: strconv.Itoa(i + 1)})
	}
	for _, m := range d.Phase.Milestones {
		if m.Own {
			d.In.Milestones = append(d.In.Milestones, care.AdaptMilestone{ID: m.ID, Title: m.Title, Private: m.Private})
		}
	}
	d.In.Milestones = append(d.In.Milestones, make([]care.AdaptMilestone, blankMilestones)...)
	return r.deskShow(deskProgrammeAdaptPage, "desk.programme.adapt", d, d.crumbs(r)...)
}

// adaptation reads the form.
func (r *Request) adaptation(phase care.PhaseView) adaptForm {
	in := adaptForm{Goal: r.Typed("goal"), Hurt: r.Typed("hurt"), Repairing: r.Typed("repairing"), Both: r.Typed("both"), Skipped: r.Ticked("skipped"), Add: r.Typed("add")}
	for i := range 60 {
		at := "exercises." + strconv.Itoa(i) + "."
		id := r.Typed(at + "id")
		if id == "" {
			break
		}
		e := adaptExercise{ID: id, Title: id, Role: r.Typed(at + "role"), Place: r.Typed(at + "place"), Gone: r.Ticked(at + "gone")}
		for _, known := range phase.Exercises {
			if known.ID == id {
				e.Title = known.Title
			}
		}
		in.Exercises = append(in.Exercises, e)
	}
	for i := range 20 {
		at := "milestones." + strconv.Itoa(i) + "."
		if _, sent := r.Values()[at+"title"]; !sent {
			break
		}
		in.Milestones = append(in.Milestones, care.AdaptMilestone{ID: r.Typed(at + "id"), Title: r.Typed(at + "title"), Private: r.Ticked(at + "private")})
	}
	return in
}

// change is what the form asks of care.
func (f adaptForm) change(phase care.PhaseView, present bool) care.AdaptPhaseInput {
	in := care.AdaptPhaseInput{ID: phase.ID, Goal: &f.Goal, Hurt: &f.Hurt, Repairing: &f.Repairing, Both: &f.Both, Exercises: &[]care.AdaptExercise{}, Milestones: &[]care.AdaptMilestone{}}
	if !present {
		in.Skipped = &f.Skipped
	}
	// The places that were typed make the order; what has none, or the same one, stays as it stood.
	order := slices.Clone(f.Exercises)
	slices.SortStableFunc(order, func(a, b adaptExercise) int { return placeOf(a.Place) - placeOf(b.Place) })
	for _, e := range order {
		if !e.Gone {
			*in.Exercises = append(*in.Exercises, care.AdaptExercise{ID: e.ID, Role: e.Role})
		}
	}
	if f.Add != "" {
		*in.Exercises = append(*in.Exercises, care.AdaptExercise{ID: f.Add})
	}
	for _, m := range f.Milestones {
		if m.Title != "" { // An emptied one goes.
			*in.Milestones = append(*in.Milestones, m)
		}
	}
	return in
}

func placeOf(typed string) int {
	n, err := strconv.Atoi(typed)
	if err != nil || n < 1 || n > 999 {
		return 1000
	}
	return n
}

// deskAdapt changes one phase for this couple, or puts it back to what the library says.
func (s *Site) deskAdapt(r *Request) error {
	d, err := s.adaptPage(r, r.Typed("phase"))
	if err != nil {
		return err
	}
	in := care.AdaptPhaseInput{ID: d.Phase.ID, Reset: true}
	if r.Typed("reset") == "" {
		d.In = r.adaptation(d.Phase)
		in = d.In.change(d.Phase, d.Present)
	}
	_, err = s.care.AdaptProgramme(r.Context(), r.Actor, d.Head.Couple.ID, care.AdaptProgrammeInput{Phases: []care.AdaptPhaseInput{in}, Version: r.version()})
	if err == nil {
		return r.Go(d.Head.Base+"/programme#phase-"+d.Phase.ID, "desk.flash.saved")
	}
	if d.V.Status == care.ProgrammeNone {
		return s.chooseProgramme(r, d.ProgrammePage, err)
	}
	d.Stale = fault.Is(err, fault.Stale)
	return r.deskAgain(belowPhase(err), deskProgrammeAdaptPage, "desk.programme.adapt", d, d.crumbs(r)...)
}

// belowPhase moves the wrong fields of a phase to the fields of the form, which asks of one phase only.
func belowPhase(err error) error {
	f := fault.From(err)
	if f.Code != fault.Invalid {
		return err
	}
	fields := map[string]string{}
	for _, field := range f.Fields {
		name := strings.TrimPrefix(field.Location, "phases.0.")
		if strings.HasPrefix(name, "exercises") {
			name = "add"
		}
		fields[field.Location] = name
	}
	return at(err, fields)
}
