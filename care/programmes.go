package care

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
)

// maxReason is the longest reason for a step in a programme, and the longest text that a therapist puts in one, in characters.
const maxReason = 2000

// ListProgrammes lists the programmes of the library in their own order and in the actor's language. Faults: forbidden.
func (s *Service) ListProgrammes(_ context.Context, actor Actor) ([]ProgrammeInfo, error) {
	if err := mayUseLibrary(actor).fault(); err != nil {
		return nil, err
	}
	var out []ProgrammeInfo
	for _, p := range library.Programmes() {
		out = append(out, programmeInfo(p, string(actor.Locale)))
	}
	return out, nil
}

// Programme gives one programme of the library, whole. Faults: forbidden, not_found.
func (s *Service) Programme(_ context.Context, actor Actor, id string) (ProgrammeDetail, error) {
	if err := mayUseLibrary(actor).fault(); err != nil {
		return ProgrammeDetail{}, err
	}
	p, known := library.FindProgramme(id)
	if !known {
		return ProgrammeDetail{}, fault.Missing()
	}
	return s.programmeDetail(p, string(actor.Locale)), nil
}

// StartProgramme sets the couple's programme and phase (from 1); an empty programme ends it. Another one than they follow
// ends that one; the same one moves there. version is the couple's. Faults: invalid, stale, forbidden.
func (s *Service) StartProgramme(ctx context.Context, actor Actor, coupleID uuid.UUID, programme string, phase, version int) (CoupleView, error) {
	var view CoupleView
	p, known := library.FindProgramme(programme)
	if programme != "" && !known {
		return view, fault.Fieldf("programme", "error.field.choice", nil)
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, writeClinical)
		if err != nil {
			return err
		}
		if couple.Version != version {
			return fault.New(fault.Stale, "")
		}
		running, err := models.LockRunningProgramme(t.DB, couple.ID)
		if err != nil {
			return err
		}
		same := known && running.ProgrammeID == programme
		if same { // The couple's own form of it counts.
			if p, _, err = t.programmeOf(running); err != nil {
				return err
			}
		}
		if known && (phase < 1 || phase > len(p.Phases)) {
			return fault.Fieldf("phase", "error.field.number", map[string]any{"Min": 1, "Max": len(p.Phases)})
		}
		switch {
		case same:
			err = t.stepTo(&running, phase, "")
		case running.ID != uuid.Nil:
			err = t.endProgramme(&running, models.ProgrammeStopped, "")
		}
		if err == nil && known && !same {
			running, err = t.beginProgramme(couple, programme, phase)
		}
		if err != nil {
			return err
		}
		if err := t.keepInStep(&couple, running); err != nil {
			return err
		}
		if err := t.noteProgramme("change", couple.ID, running.ID); err != nil {
			return err
		}
		view, err = t.coupleView(couple)
		return err
	})
	return view, err
}

// beginProgramme writes the row of a programme that starts today.
func (t *txn) beginProgramme(couple models.Couple, programme string, phase int) (models.CoupleProgramme, error) {
	today, err := t.today()
	if err != nil {
		return models.CoupleProgramme{}, err
	}
	row := models.CoupleProgramme{
		Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, ProgrammeID: programme, Phase: phase, Status: models.ProgrammeActive,
		StartedOn: today, MovedOn: today, Version: 1, CreatedAt: t.now, UpdatedAt: t.now,
	}
	if err := t.Create(&row).Error; err != nil {
		return row, err
	}
	return row, t.addStep(row, models.StepStart, 0, phase, "")
}

// stepTo moves a programme to a phase and lets it run. Faults: stale.
func (t *txn) stepTo(row *models.CoupleProgramme, phase int, reason string) error {
	today, err := t.today()
	if err != nil {
		return err
	}
	from := row.Phase
	row.Phase, row.Status, row.MovedOn = phase, models.ProgrammeActive, today
	if err := t.saveProgramme(row); err != nil {
		return err
	}
	return t.addStep(*row, models.StepMove, from, phase, reason)
}

// endProgramme ends a programme as done or stopped. Faults: stale.
func (t *txn) endProgramme(row *models.CoupleProgramme, status models.ProgrammeStatus, reason string) error {
	today, err := t.today()
	if err != nil {
		return err
	}
	kind := models.StepStop
	if status == models.ProgrammeDone {
		kind = models.StepDone
	}
	row.Status, row.EndedOn = status, today
	if err := t.saveProgramme(row); err != nil {
		return err
	}
	return t.addStep(*row, kind, row.Phase, 0, reason)
}

// saveProgramme writes a programme at its version. Faults: stale.
func (t *txn) saveProgramme(row *models.CoupleProgramme) error {
	row.UpdatedAt = t.now
	saved, err := models.SaveProgramme(t.DB, row)
	if err == nil && !saved {
		err = fault.New(fault.Stale, "")
	}
	return err
}

// addStep puts what happened, and why, on the programme's own history. A phase of zero is none.
func (t *txn) addStep(row models.CoupleProgramme, kind models.ProgrammeStepKind, from, to int, reason string) error {
	step := models.ProgrammeStep{Row: models.NewRow(t.PracticeID), CoupleProgrammeID: row.ID, Kind: kind, CreatedAt: t.now}
	if t.actor.Member() {
		step.MemberID = ref(t.actor.ID)
	}
	if from > 0 {
		step.PhaseFrom = &from
	}
	if to > 0 {
		step.PhaseTo = &to
	}
	if reason != "" {
		var err error
		if step.Reason, err = t.seal(reasonPlace(step), []byte(reason)); err != nil {
			return err
		}
	}
	return t.Create(&step).Error
}

// keepInStep writes what the couple's own row says of its programme, for lists and reports.
func (t *txn) keepInStep(couple *models.Couple, row models.CoupleProgramme) error {
	couple.Programme, couple.ProgrammePhase = nil, nil
	if row.Status.Runs() {
		couple.Programme, couple.ProgrammePhase = &row.ProgrammeID, &row.Phase
	}
	r := t.Model(&models.Couple{}).Where("id = ? and version = ?", couple.ID, couple.Version).
		Updates(map[string]any{"programme": couple.Programme, "programme_phase": couple.ProgrammePhase, "version": couple.Version + 1, "updated_at": t.now})
	if r.Error == nil && r.RowsAffected == 0 {
		return fault.New(fault.Stale, "")
	}
	couple.Version++
	return r.Error
}

// noteProgramme puts an act on a couple's programme on the record of each partner.
func (t *txn) noteProgramme(verb string, coupleID, programmeID uuid.UUID) error {
	return t.noteJoint(act{verb: verb, object: "programme", objectID: programmeID, coupleID: coupleID})
}

// today is the present day where the practice is.
func (t *txn) today() (models.Day, error) {
	practice, err := t.thePractice()
	return models.DayOf(t.now.In(practice.Zone())), err
}

// programmeView names a couple's programme in a language; one that the library no longer has keeps its id, and a phase from
// before it changed becomes one that exists.
func programmeView(id string, phase int, l locale.Localizer) *ProgrammeView {
	v := &ProgrammeView{ID: id, Title: id, Phase: phase}
	if p, ok := library.FindProgramme(id); ok {
		v.Title, v.Phase = p.Title.In(string(l.Lang)), p.Within(phase)
	}
	return v
}
