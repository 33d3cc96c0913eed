package care

import (
	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// reportProgramme tells a report where a couple is: the programme, the phase, and the months against the range. It is empty for
// a programme that rests or that no portal shows: a report is read by both.
func (t *txn) reportProgramme(couple models.Couple, when span, lang locale.Lang) (reports.Programme, error) {
	var out reports.Programme
	if couple.Programme == nil {
		return out, nil
	}
	p, ok := library.FindProgramme(*couple.Programme)
	if !ok || p.Unshown {
		return out, nil
	}
	row, err := models.RunningProgramme(t.DB, couple.ID)
	if err != nil || row.Status == models.ProgrammePaused {
		return out, err
	}
	out.Name, out.MonthsFrom, out.MonthsTo = p.Title.In(string(lang)), p.Range.MonthsFrom, p.Range.MonthsTo
	if n := couple.ProgrammePhase; n != nil {
		if phase, ok := p.Phase(*n); ok {
			out.Phase = phase.Title.In(string(lang))
			out.PhaseAt, out.Phases = *n, len(p.Phases)
		}
	}
	begun := couple.StartedOn
	if row.ID != uuid.Nil {
		begun = row.StartedOn
	}
	if started := begun.In(when.zone); !started.IsZero() && started.Before(when.until) {
		out.Reviews = programmeReviews(p, started, when, lang)
		out.MonthsIn = (when.from.Year()-started.Year())*12 + int(when.from.Month()-started.Month()) + 1
	}
	return out, nil
}
