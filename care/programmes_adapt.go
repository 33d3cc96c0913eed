package care

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// The most exercises and own milestones of one phase.
const (
	maxPhaseExercises = 30
	maxOwnMilestones  = 8
	maxMilestone      = 200
)

// AdaptProgrammeInput changes phases of a couple's programme, for this couple alone. What is not given stays as it is.
type AdaptProgrammeInput struct {
	Phases  []AdaptPhaseInput `json:"phases"`
	Version int               `json:"-"`
}

// AdaptPhaseInput changes one phase. Texts are in the actor's language; the couple reads them as they are.
type AdaptPhaseInput struct {
	ID         string            `json:"id"`
	Reset      bool              `json:"reset,omitempty"` // first back to what the library says; own milestones go.
	Goal       *string           `json:"goal,omitempty"`
	Hurt       *string           `json:"hurt,omitempty"` // what each works on; empty for nothing of one's own.
	Repairing  *string           `json:"repairing,omitempty"`
	Both       *string           `json:"both,omitempty"`
	Skipped    *bool             `json:"skipped,omitempty"`    // not of the present phase.
	Exercises  *[]AdaptExercise  `json:"exercises,omitempty"`  // all of them, in their order.
	Milestones *[]AdaptMilestone `json:"milestones,omitempty"` // all own ones; the library's stay.
}

// AdaptExercise is an exercise of a phase. A note that the library has for it there stays.
type AdaptExercise struct {
	ID   string `json:"id"`
	Role string `json:"role,omitempty"` // hurt, repairing, or empty for both.
}

// AdaptMilestone is a milestone of the couple's own.
type AdaptMilestone struct {
	ID      string `json:"id,omitempty"` // of one that is there; empty for a new one.
	Title   string `json:"title"`
	Private bool   `json:"private,omitempty"` // for therapists alone.
}

// AdaptProgramme changes goals, what each works on, exercises, own milestones and which phases are skipped, for one couple.
// The library stays as it is. Faults: invalid (phases.<n>.<field>), conflict when there is no programme, stale, forbidden.
func (s *Service) AdaptProgramme(ctx context.Context, actor Actor, coupleID uuid.UUID, in AdaptProgrammeInput) (CoupleProgrammeView, error) {
	return s.onProgramme(ctx, actor, coupleID, in.Version, "adapt", func(t *txn, row *models.CoupleProgramme, p library.Programme, body *programmeBody) error {
		original, _ := library.FindProgramme(row.ProgrammeID)
		a := adapting{lang: string(t.actor.Locale), original: original, present: p.Within(row.Phase), of: &p}
		for i, change := range in.Phases {
			if err := a.change(i, change, t.mayName(change)); err != nil {
				return err
			}
		}
		if err := a.wrong.Err(); err != nil {
			return err
		}
		body.Programme = &p
		if reflect.DeepEqual(p.Phases, original.Clone().Phases) {
			body.Programme = nil // As the library has it: it follows the library again.
		}
		body.forget(p)
		if err := t.sealBody(row, *body); err != nil {
			return err
		}
		if err := t.saveProgramme(row); err != nil {
			return err
		}
		return t.addStep(*row, models.StepAdapt, 0, 0, "")
	})
}

// forget drops the ticks of milestones that are no more.
func (b *programmeBody) forget(p library.Programme) {
	there := map[string]bool{}
	for _, phase := range p.Phases {
		for _, m := range phase.Milestones {
			there[phase.ID+"/"+m.ID] = true
		}
	}
	for id := range b.Reached {
		if !there[id] {
			delete(b.Reached, id)
		}
	}
}

// mayName gives a way to tell which exercises a change may name: the library's, and own ones that the actor may use. The own
// ones are read when one is named.
func (t *txn) mayName(in AdaptPhaseInput) func(id string) (bool, error) {
	return func(id string) (bool, error) {
		if _, known := t.s.Library.Exercise(id); known {
			return true, nil
		}
		if _, err := uuid.Parse(id); err != nil || in.Exercises == nil {
			return false, nil
		}
		shelf, err := t.ownShelf()
		return slices.ContainsFunc(shelf.exercises, func(e *library.Exercise) bool { return e.ID == id }), err
	}
}

// adapting gathers changes to one couple's programme and what is wrong with them.
type adapting struct {
	lang     string
	original library.Programme // the library's.
	present  int               // the phase they are in.
	of       *library.Programme
	wrong    fault.Collector
}

// change applies one phase's changes. The error is for what could not be read; what is wrong is gathered.
func (a *adapting) change(n int, in AdaptPhaseInput, mayName func(string) (bool, error)) error {
	at := "phases." + strconv.Itoa(n) + "."
	i := slices.IndexFunc(a.of.Phases, func(p library.Phase) bool { return p.ID == in.ID })
	if i < 0 {
		a.wrong.Add(at+"id", "error.field.choice", nil)
		return nil
	}
	phase := &a.of.Phases[i]
	if in.Reset {
		if from := slices.IndexFunc(a.original.Phases, func(p library.Phase) bool { return p.ID == in.ID }); from >= 0 {
			*phase = a.original.Clone().Phases[from]
		}
	}
	a.words(at+"goal", &phase.Goal, in.Goal, "error.field.required")
	a.words(at+"hurt", &phase.Roles.Hurt, in.Hurt, "")
	a.words(at+"repairing", &phase.Roles.Repairing, in.Repairing, "")
	a.words(at+"both", &phase.Roles.Both, in.Both, "")
	if in.Skipped != nil {
		if *in.Skipped && i+1 == a.present {
			a.wrong.Add(at+"skipped", "programme.skip_present", nil)
		}
		phase.Skipped = *in.Skipped
	}
	if in.Milestones != nil {
		a.milestones(at, phase, *in.Milestones)
	}
	if in.Exercises == nil {
		return nil
	}
	return a.exercises(at, phase, *in.Exercises, mayName)
}

// words puts a typed text in the place of another. What reads the same stays as it is, in both languages.
func (a *adapting) words(at string, text *library.Text, typed *string, empty string) {
	if typed == nil {
		return
	}
	words := strings.TrimSpace(strings.ReplaceAll(*typed, "\r\n", "\n"))
	checkWords(&a.wrong, at, words, maxReason, empty)
	if words != text.In(a.lang) {
		*text = typedIn(a.lang, words)
	}
}

// typedIn is a text that was typed in one language; the other language shows it too.
func typedIn(lang, words string) library.Text {
	if lang == "en" {
		return library.Text{EN: words}
	}
	return library.Text{NL: words}
}

func (a *adapting) exercises(at string, phase *library.Phase, chosen []AdaptExercise, mayName func(string) (bool, error)) error {
	if len(chosen) > maxPhaseExercises {
		a.wrong.Add(at+"exercises", "programme.too_many", map[string]any{"Max": maxPhaseExercises})
		return nil
	}
	var list []library.PhaseExercise
	for i, e := range chosen {
		known, err := mayName(e.ID)
		if err != nil {
			return err
		}
		twice := slices.ContainsFunc(list, func(o library.PhaseExercise) bool { return o.ID == e.ID })
		if !known && !slices.Contains(phase.ExerciseIDs(), e.ID) || twice {
			a.wrong.Add(at+"exercises."+strconv.Itoa(i)+".id", "error.field.choice", nil)
		}
		if e.Role != "" && e.Role != library.RoleHurt && e.Role != library.RoleRepairing {
			a.wrong.Add(at+"exercises."+strconv.Itoa(i)+".role", "error.field.choice", nil)
		}
		one := library.PhaseExercise{ID: e.ID, Role: e.Role}
		for _, before := range phase.Exercises {
			if before.ID == e.ID {
				one.Note = before.Note
			}
		}
		list = append(list, one)
	}
	phase.Exercises = list
	return nil
}

// milestones puts the own ones behind the library's. One that stays keeps its id, and so its tick.
func (a *adapting) milestones(at string, phase *library.Phase, chosen []AdaptMilestone) {
	if len(chosen) > maxOwnMilestones {
		a.wrong.Add(at+"milestones", "programme.too_many", map[string]any{"Max": maxOwnMilestones})
		return
	}
	var list, own []library.Milestone
	highest := 0
	for _, m := range phase.Milestones {
		if !m.Own {
			list = append(list, m)
			continue
		}
		own = append(own, m)
		if n, err := strconv.Atoi(strings.TrimPrefix(m.ID, "own-")); err == nil {
			highest = max(highest, n)
		}
	}
	for i, c := range chosen {
		title := strings.TrimSpace(c.Title)
		checkWords(&a.wrong, at+"milestones."+strconv.Itoa(i)+".title", title, maxMilestone, "error.field.required")
		m := library.Milestone{Title: typedIn(a.lang, title), Private: c.Private, Own: true}
		id := strings.TrimPrefix(c.ID, phase.ID+"/")
		if was := slices.IndexFunc(own, func(o library.Milestone) bool { return o.ID == id }); c.ID != "" && was >= 0 {
			m.ID = id
			if own[was].Title.In(a.lang) == title {
				m.Title = own[was].Title
			}
			own = slices.Delete(own, was, was+1)
		} else {
			highest++
			m.ID = "own-" + strconv.Itoa(highest)
		}
		list = append(list, m)
	}
	phase.Milestones = list
}

// changedFrom tells whether a phase reads otherwise than in the library.
func changedFrom(original library.Programme, phase library.Phase) bool {
	for _, p := range original.Clone().Phases {
		if p.ID == phase.ID {
			return !reflect.DeepEqual(p, phase)
		}
	}
	return true
}
