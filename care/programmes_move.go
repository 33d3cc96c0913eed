package care

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// MoveProgrammeInput moves a couple to a phase, forward or back, and says why. The reason is for therapists alone.
type MoveProgrammeInput struct {
	Phase   int    `json:"phase" form:"phase"` // from 1.
	Reason  string `json:"reason" form:"reason"`
	Version int    `json:"-"`
}

// RestProgrammeInput pauses a programme or takes it up again.
type RestProgrammeInput struct {
	Reason  string `json:"reason,omitempty" form:"reason"`
	Version int    `json:"-"`
}

// EndProgrammeInput ends a programme and says why.
type EndProgrammeInput struct {
	Outcome models.ProgrammeStatus `json:"outcome" form:"outcome"` // done or stopped.
	Reason  string                 `json:"reason" form:"reason"`
	Version int                    `json:"-"`
}

// TickMilestoneInput says that a milestone was reached, or takes that back.
type TickMilestoneInput struct {
	Milestone string `json:"milestone" form:"milestone"` // phase/milestone, as the view names it.
	Reached   bool   `json:"reached" form:"reached"`
	Version   int    `json:"-"`
}

// onProgramme locks a couple's programme, lets do change it, saves it and gives the therapist's view of the outcome.
func (s *Service) onProgramme(ctx context.Context, actor Actor, coupleID uuid.UUID, version int, verb string, do func(*txn, *models.CoupleProgramme, library.Programme, *programmeBody) error) (CoupleProgrammeView, error) {
	var view CoupleProgrammeView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, row, err := t.running(coupleID, version)
		if err != nil {
			return err
		}
		phase, runs := row.Phase, row.Status.Runs()
		p, body, err := t.programmeOf(row)
		if err != nil {
			return err
		}
		if err := do(t, &row, p, &body); err != nil {
			return err
		}
		if row.Phase != phase || row.Status.Runs() != runs {
			if err := t.keepInStep(&couple, row); err != nil {
				return err
			}
		}
		if err := t.noteProgramme(verb, couple.ID, row.ID); err != nil {
			return err
		}
		view, err = t.programmeForTherapist(couple)
		return err
	})
	return view, err
}

// stepReason wants a reason of some words, or allows none.
func stepReason(reason string, required bool) (string, error) {
	var c fault.Collector
	reason = strings.TrimSpace(strings.ReplaceAll(reason, "\r\n", "\n"))
	empty := ""
	if required {
		empty = "error.field.required"
	}
	checkWords(&c, "reason", reason, maxReason, empty)
	return reason, c.Err()
}

// sealBody writes what a programme keeps sealed.
func (t *txn) sealBody(row *models.CoupleProgramme, body programmeBody) error {
	sealed, err := t.sealJSON(programmePlace(*row), body)
	row.Body = sealed
	return err
}

// MoveProgramme moves a couple to any phase, forward or back; what was skipped comes back, and a paused programme goes on.
// Faults: invalid (phase, also the present one; reason), conflict when there is none, stale, forbidden.
func (s *Service) MoveProgramme(ctx context.Context, actor Actor, coupleID uuid.UUID, in MoveProgrammeInput) (CoupleProgrammeView, error) {
	reason, err := stepReason(in.Reason, true)
	if err != nil {
		return CoupleProgrammeView{}, err
	}
	return s.onProgramme(ctx, actor, coupleID, in.Version, "change", func(t *txn, row *models.CoupleProgramme, p library.Programme, body *programmeBody) error {
		if in.Phase < 1 || in.Phase > len(p.Phases) {
			return fault.Fieldf("phase", "error.field.number", map[string]any{"Min": 1, "Max": len(p.Phases)})
		}
		if in.Phase == p.Within(row.Phase) && row.Status == models.ProgrammeActive {
			return fault.Fieldf("phase", "programme.same", nil)
		}
		if p.Phases[in.Phase-1].Skipped {
			p.Phases[in.Phase-1].Skipped = false
			body.Programme = &p
			if err := t.sealBody(row, *body); err != nil {
				return err
			}
		}
		return t.stepTo(row, in.Phase, reason)
	})
}

// PauseProgramme lets a programme rest: homework goes on as it is, the portal shows the one neutral text. Faults: invalid
// (reason), conflict when there is none or it rests already, stale, forbidden.
func (s *Service) PauseProgramme(ctx context.Context, actor Actor, coupleID uuid.UUID, in RestProgrammeInput) (CoupleProgrammeView, error) {
	return s.restProgramme(ctx, actor, coupleID, in, models.ProgrammeActive, models.ProgrammePaused, models.StepPause)
}

// ResumeProgramme takes up a programme that rests. Faults: as PauseProgramme.
func (s *Service) ResumeProgramme(ctx context.Context, actor Actor, coupleID uuid.UUID, in RestProgrammeInput) (CoupleProgrammeView, error) {
	return s.restProgramme(ctx, actor, coupleID, in, models.ProgrammePaused, models.ProgrammeActive, models.StepResume)
}

func (s *Service) restProgramme(ctx context.Context, actor Actor, coupleID uuid.UUID, in RestProgrammeInput, from, to models.ProgrammeStatus, kind models.ProgrammeStepKind) (CoupleProgrammeView, error) {
	reason, err := stepReason(in.Reason, false)
	if err != nil {
		return CoupleProgrammeView{}, err
	}
	return s.onProgramme(ctx, actor, coupleID, in.Version, "adapt", func(t *txn, row *models.CoupleProgramme, _ library.Programme, _ *programmeBody) error {
		if row.Status != from {
			return fault.New(fault.Conflict, "programme.already")
		}
		row.Status = to
		if err := t.saveProgramme(row); err != nil {
			return err
		}
		return t.addStep(*row, kind, 0, 0, reason)
	})
}

// EndProgramme ends a programme, as done or stopped. Faults: invalid (outcome, reason), conflict when there is none, stale,
// forbidden.
func (s *Service) EndProgramme(ctx context.Context, actor Actor, coupleID uuid.UUID, in EndProgrammeInput) (CoupleProgrammeView, error) {
	if in.Outcome != models.ProgrammeDone && in.Outcome != models.ProgrammeStopped {
		return CoupleProgrammeView{}, fault.Fieldf("outcome", "error.field.choice", nil)
	}
	reason, err := stepReason(in.Reason, true)
	if err != nil {
		return CoupleProgrammeView{}, err
	}
	return s.onProgramme(ctx, actor, coupleID, in.Version, "adapt", func(t *txn, row *models.CoupleProgramme, _ library.Programme, _ *programmeBody) error {
		return t.endProgramme(row, in.Outcome, reason)
	})
}

// TickMilestone says that a milestone was reached today, or takes that back; twice is as once. Faults: invalid (milestone),
// conflict when there is no programme, stale, forbidden.
func (s *Service) TickMilestone(ctx context.Context, actor Actor, coupleID uuid.UUID, in TickMilestoneInput) (CoupleProgrammeView, error) {
	return s.onProgramme(ctx, actor, coupleID, in.Version, "adapt", func(t *txn, row *models.CoupleProgramme, p library.Programme, body *programmeBody) error {
		known := false
		for _, phase := range p.Phases {
			for _, m := range phase.Milestones {
				known = known || phase.ID+"/"+m.ID == in.Milestone
			}
		}
		if !known {
			return fault.Fieldf("milestone", "error.field.choice", nil)
		}
		if _, ticked := body.Reached[in.Milestone]; ticked == in.Reached {
			return nil
		}
		today, err := t.today()
		if err != nil {
			return err
		}
		if body.Reached == nil {
			body.Reached = map[string]reached{}
		}
		if in.Reached {
			body.Reached[in.Milestone] = reached{On: today, By: t.actor.ID}
		} else {
			delete(body.Reached, in.Milestone)
		}
		if err := t.sealBody(row, *body); err != nil {
			return err
		}
		return t.saveProgramme(row)
	})
}
