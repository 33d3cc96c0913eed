package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// ProgrammeNone and ProgrammeRescheduled are what a view's status says besides the states of a programme: that there is
// none, and, to a partner, the one neutral word for all that stands still (design decision 15).
const (
	ProgrammeNone        = "none"
	ProgrammeRescheduled = "rescheduled"
)

// CoupleProgrammeView is a couple's own programme, in its reader's language. Therapists get the whole. A partner gets the
// title, the range, the phases by name, the present goal, what to work on alone (by the own role) and together, and the
// milestones that were reached; never what the other works on, a reason, a note, or a milestone kept for the therapist.
type CoupleProgrammeView struct {
	ID         string      `json:"id,omitempty"`
	CoupleID   uuid.UUID   `json:"couple_id"`
	Programme  string      `json:"programme,omitempty"` // the library's id.
	Title      string      `json:"title,omitempty"`
	Summary    string      `json:"summary,omitempty"`
	Status     string      `json:"status"` // none, active, paused; done and stopped among earlier; rescheduled, to a partner.
	Phase      int         `json:"phase,omitempty"`
	Phases     []PhaseView `json:"phases"`
	Range      string      `json:"range,omitempty"`
	MonthsFrom int         `json:"months_from,omitempty"`
	MonthsTo   int         `json:"months_to,omitempty"`
	MonthsIn   int         `json:"months_in,omitempty"` // the month they are in, from 1.
	StartedOn  models.Day  `json:"started_on,omitempty"`

	// To a partner.
	Goal    string          `json:"goal,omitempty"`
	Mine    string          `json:"mine,omitempty"`
	Ours    string          `json:"ours,omitempty"`
	Reached []MilestoneView `json:"reached,omitempty"`

	// To therapists.
	Unshown bool                   `json:"unshown,omitempty"` // no portal shows it.
	Adapted bool                   `json:"adapted,omitempty"`
	MovedOn models.Day             `json:"moved_on,omitempty"`
	Reviews []ReviewMoment         `json:"reviews,omitempty"`
	Aside   *ProgrammeAside        `json:"aside,omitempty"`
	Steps   []ProgrammeStepView    `json:"steps,omitempty"` // newest first.
	Earlier []EarlierProgrammeView `json:"earlier,omitempty"`
	Version int                    `json:"version,omitempty"`
}

// ProgrammeStepView is one thing that happened to a programme, and why.
type ProgrammeStepView struct {
	Kind   models.ProgrammeStepKind `json:"kind"`
	From   string                   `json:"from,omitempty"` // phases by number and title.
	To     string                   `json:"to,omitempty"`
	Reason string                   `json:"reason,omitempty"`
	By     string                   `json:"by,omitempty"`
	At     time.Time                `json:"at"`
}

// EarlierProgrammeView is a programme that is over.
type EarlierProgrammeView struct {
	Programme string                 `json:"programme"`
	Title     string                 `json:"title"`
	Status    models.ProgrammeStatus `json:"status"`
	Phase     string                 `json:"phase"`
	StartedOn models.Day             `json:"started_on"`
	EndedOn   models.Day             `json:"ended_on"`
	Steps     []ProgrammeStepView    `json:"steps"`
}

// programmeBody is what a couple's programme keeps sealed.
type programmeBody struct {
	Programme *library.Programme `json:"programme,omitempty"` // as it was adapted; nil follows the library.
	Reached   map[string]reached `json:"reached,omitempty"`   // by phase/milestone.
}

// reached is a milestone that was ticked.
type reached struct {
	On models.Day `json:"on"`
	By uuid.UUID  `json:"by"`
}

func programmePlace(row models.CoupleProgramme) place {
	return place{keyCouple, row.CoupleID, "couple_programmes", "body", row.ID}
}

func reasonPlace(step models.ProgrammeStep) place {
	return place{keyPractice, step.PracticeID, "couple_programme_steps", "reason", step.ID}
}

// programmeOf opens a couple's programme: as it was adapted, or the library's. One that the library no longer has keeps its id
// for a name.
func (t *txn) programmeOf(row models.CoupleProgramme) (library.Programme, programmeBody, error) {
	var body programmeBody
	if _, err := t.openJSON(programmePlace(row), row.Body, &body); err != nil {
		return library.Programme{}, body, err
	}
	if body.Programme != nil {
		return body.Programme.Clone(), body, nil
	}
	p, known := library.FindProgramme(row.ProgrammeID)
	if !known {
		p = library.Programme{ID: row.ProgrammeID, Title: library.Text{NL: row.ProgrammeID, EN: row.ProgrammeID}}
	}
	return p.Clone(), body, nil
}

// ProgrammeOfCouple gives the programme that a couple follows; a partner's own couple's, or a therapist's couple's. Without one
// the status is none. Faults: not_found, forbidden.
func (s *Service) ProgrammeOfCouple(ctx context.Context, actor Actor, coupleID uuid.UUID) (CoupleProgrammeView, error) {
	var view CoupleProgrammeView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, agreementRight(actor, false))
		if err != nil {
			return err
		}
		if actor.Partner() {
			view, err = t.programmeForPartner(couple)
		} else {
			view, err = t.programmeForTherapist(couple)
		}
		return err
	})
	return view, err
}

// programmeForPartner shows a partner where the two are, and nothing else.
func (t *txn) programmeForPartner(couple models.Couple) (CoupleProgrammeView, error) {
	view := CoupleProgrammeView{CoupleID: couple.ID, Status: ProgrammeNone, Phases: []PhaseView{}}
	t.note(act{verb: "read", object: "programme", objectID: couple.ID, partnerID: t.actor.ID})
	row, err := models.RunningProgramme(t.DB, couple.ID)
	if err != nil || row.ID == uuid.Nil {
		return view, err
	}
	partners, err := models.PartnersOf(t.DB, couple.ID)
	if err != nil {
		return view, err
	}
	p, body, err := t.programmeOf(row)
	if err != nil || p.Unshown || len(p.Phases) == 0 {
		return view, err
	}
	if row.Status == models.ProgrammePaused || !jointNow(couple, partners) {
		view.Status = ProgrammeRescheduled
		return view, nil
	}
	me, _ := partnerOf(partners, t.actor.ID)
	in := inOne{string(t.actor.Locale), t.s.Library.Exercise}
	view.Status, view.Title, view.Summary, view.Range = string(row.Status), in.text(p.Title), in.text(p.Summary), in.text(p.Range.Text)
	view.MonthsFrom, view.MonthsTo, view.StartedOn = p.Range.MonthsFrom, p.Range.MonthsTo, row.StartedOn
	for i, phase := range p.Phases {
		present := i+1 == p.Within(row.Phase)
		for _, m := range phase.Milestones {
			if r, ok := body.Reached[phase.ID+"/"+m.ID]; ok && !m.Private {
				view.Reached = append(view.Reached, MilestoneView{Title: in.text(m.Title), ReachedOn: string(r.On)})
			}
		}
		if phase.Skipped && !present {
			continue // What they do without is no gap.
		}
		view.Phases = append(view.Phases, PhaseView{Number: len(view.Phases) + 1, Title: in.text(phase.Title), Range: in.text(phase.Range)})
		if present {
			view.Phase = len(view.Phases)
			view.Goal, view.Mine, view.Ours = in.text(phase.Goal), in.text(phase.Roles.For(me.Role)), in.text(phase.Roles.Both)
		}
	}
	return view, nil
}

// programmeForTherapist shows the whole: phases, reviews, history, and earlier programmes.
func (t *txn) programmeForTherapist(couple models.Couple) (CoupleProgrammeView, error) {
	view := CoupleProgrammeView{CoupleID: couple.ID, Status: ProgrammeNone, Phases: []PhaseView{}}
	rows, err := models.ProgrammesOf(t.DB, couple.ID)
	if err != nil {
		return view, err
	}
	if err := t.noteProgramme("read", couple.ID, couple.ID); err != nil || len(rows) == 0 {
		return view, err
	}
	ids, sealed := make([]uuid.UUID, len(rows)), make([]models.Sealed, len(rows))
	for i, row := range rows {
		ids[i], sealed[i] = row.ID, row.Body
	}
	steps, err := models.StepsOf(t.DB, ids...)
	if err != nil {
		return view, err
	}
	for _, step := range steps {
		sealed = append(sealed, step.Reason)
	}
	if err := t.warm(sealed...); err != nil {
		return view, err
	}
	names, err := t.stepNames(steps)
	if err != nil {
		return view, err
	}
	in := inOne{string(t.actor.Locale), t.s.Library.Exercise}
	for _, row := range rows {
		p, body, err := t.programmeOf(row)
		if err != nil {
			return view, err
		}
		happened, err := t.stepViews(in, p, row, steps, names)
		if err != nil {
			return view, err
		}
		if !row.Status.Runs() {
			view.Earlier = append(view.Earlier, EarlierProgrammeView{
				Programme: row.ProgrammeID, Title: in.text(p.Title), Status: row.Status, Phase: in.phaseLabel(p, row.Phase), StartedOn: row.StartedOn, EndedOn: row.EndedOn, Steps: happened,
			})
			continue
		}
		if err := t.fillProgramme(&view, couple, row, p, body); err != nil {
			return view, err
		}
		view.Steps = happened
	}
	return view, nil
}

// fillProgramme writes the programme that runs into a therapist's view.
func (t *txn) fillProgramme(view *CoupleProgrammeView, couple models.Couple, row models.CoupleProgramme, p library.Programme, body programmeBody) error {
	given, err := models.GivenExercises(t.DB, couple.ID)
	if err != nil {
		return err
	}
	find, err := t.exercisesOf(p)
	if err != nil {
		return err
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	in, today := inOne{string(t.actor.Locale), find}, t.now.In(practice.Zone())
	aside := in.aside(p)
	view.ID, view.Programme, view.Title, view.Summary, view.Status = row.ID.String(), row.ProgrammeID, in.text(p.Title), in.text(p.Summary), string(row.Status)
	view.Phase, view.Range, view.MonthsFrom, view.MonthsTo, view.StartedOn, view.MovedOn = p.Within(row.Phase), in.text(p.Range.Text), p.Range.MonthsFrom, p.Range.MonthsTo, row.StartedOn, row.MovedOn
	view.Adapted, view.Unshown, view.Version, view.Aside = body.Programme != nil, p.Unshown, row.Version, &aside
	started := row.StartedOn.In(practice.Zone())
	if !started.After(today) {
		view.MonthsIn = (today.Year()-started.Year())*12 + int(today.Month()-started.Month()) + 1
	}
	original, _ := library.FindProgramme(row.ProgrammeID)
	for i, phase := range p.Phases {
		v := in.phase(phase, i+1)
		v.From, v.To = expected(started, phase)
		v.Changed = body.Programme != nil && changedFrom(original, phase)
		for j := range v.Exercises {
			e := &v.Exercises[j]
			if runs, was := given[e.ID]; runs {
				e.Given = "running"
			} else if was {
				e.Given = "before"
			}
			exercise, ok := find(e.ID)
			e.Held = couple.SafetyHoldAt != nil && ok && exercise.RequiresNoHold
		}
		for j, m := range phase.Milestones {
			v.Milestones[j].ReachedOn = string(body.Reached[phase.ID+"/"+m.ID].On)
		}
		view.Phases = append(view.Phases, v)
	}
	for _, r := range p.Reviews {
		v := in.review(r)
		v.On, v.Until = reviewDays(started, today, r)
		view.Reviews = append(view.Reviews, v)
	}
	return nil
}

// exercisesOf gives a way to find what a programme names: in the library, and among the practice's own exercises when a
// therapist put one of those in.
func (t *txn) exercisesOf(p library.Programme) (func(string) (*library.Exercise, bool), error) {
	find := t.s.Library.Exercise
	for _, phase := range p.Phases {
		for _, e := range phase.Exercises {
			if _, known := find(e.ID); known {
				continue
			}
			shelf, err := t.ownShelf()
			if err != nil {
				return nil, err
			}
			return func(id string) (*library.Exercise, bool) {
				for _, own := range shelf.exercises {
					if own.ID == id {
						return own, true
					}
				}
				return t.s.Library.Exercise(id)
			}, nil
		}
	}
	return find, nil
}

// stepNames gives the names of the members who took steps.
func (t *txn) stepNames(steps []models.ProgrammeStep) (map[uuid.UUID]string, error) {
	var ids []uuid.UUID
	for _, s := range steps {
		if s.MemberID != nil {
			ids = append(ids, *s.MemberID)
		}
	}
	members, err := models.MembersByID(t.DB, ids)
	names := make(map[uuid.UUID]string, len(members))
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return names, err
}

func (t *txn) stepViews(in inOne, p library.Programme, row models.CoupleProgramme, steps []models.ProgrammeStep, names map[uuid.UUID]string) ([]ProgrammeStepView, error) {
	out := []ProgrammeStepView{}
	for _, s := range steps {
		if s.CoupleProgrammeID != row.ID {
			continue
		}
		reason, err := t.openText(reasonPlace(s), s.Reason)
		if err != nil {
			return nil, err
		}
		v := ProgrammeStepView{Kind: s.Kind, Reason: reason, At: s.CreatedAt}
		if s.PhaseFrom != nil {
			v.From = in.phaseLabel(p, *s.PhaseFrom)
		}
		if s.PhaseTo != nil {
			v.To = in.phaseLabel(p, *s.PhaseTo)
		}
		if s.MemberID != nil {
			v.By = names[*s.MemberID]
		}
		out = append(out, v)
	}
	return out, nil
}

// expected gives the days between which a phase often lies, from its weeks; none where nothing is said about time.
func expected(started time.Time, p library.Phase) (from, to string) {
	if p.WeeksFrom > 0 && !started.IsZero() {
		from = started.AddDate(0, 0, 7*(p.WeeksFrom-1)).Format(time.DateOnly)
	}
	if p.WeeksTo > 0 && !started.IsZero() {
		to = started.AddDate(0, 0, 7*p.WeeksTo).Format(time.DateOnly)
	}
	return from, to
}

// reviewDays gives the days between which a review lies, or the next day of one that comes back.
func reviewDays(started, today time.Time, r library.Review) (from, to string) {
	if started.IsZero() {
		return "", ""
	}
	after := func(n int) time.Time {
		if r.Unit == "week" || r.Every == "week" {
			return started.AddDate(0, 0, 7*n)
		}
		return started.AddDate(0, n, 0)
	}
	switch months := map[string]int{"week": 1, "month": 1, "quarter": 3, "half_year": 6, "year": 12}[r.Every]; {
	case r.Unit != "":
		return after(r.From).Format(time.DateOnly), after(r.To).Format(time.DateOnly)
	case months > 0:
		n := months
		for !after(n).After(today) {
			n += months
		}
		return after(n).Format(time.DateOnly), ""
	}
	return "", ""
}

// running locks a couple's programme for a change by a therapist. Faults: not_found, forbidden, conflict when there is none,
// stale.
func (t *txn) running(coupleID uuid.UUID, version int) (couple models.Couple, row models.CoupleProgramme, err error) {
	if couple, err = t.coupleFor(coupleID, writeClinical); err != nil {
		return couple, row, err
	}
	if row, err = models.LockRunningProgramme(t.DB, couple.ID); err != nil {
		return couple, row, err
	}
	switch {
	case row.ID == uuid.Nil:
		err = fault.New(fault.Conflict, "programme.none")
	case row.Version != version:
		err = fault.New(fault.Stale, "")
	}
	return couple, row, err
}
