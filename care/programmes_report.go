package care

import (
	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// reportProgramme tells a report where a couple is: the programme, the phase, and the months against the range. It is empty for
// a programme that rests or that no portal shows: a report is read by both; and for one that began after the month. The phase is
// that of the month's end, or none where that is not known.
func (w *work) reportProgramme(lang locale.Lang) reports.Programme {
	var out reports.Programme
	if w.couple.Programme == nil || w.Programme.Status == models.ProgrammePaused {
		return out
	}
	p, ok := library.FindProgramme(*w.couple.Programme)
	if !ok || p.Unshown {
		return out
	}
	begun := w.couple.StartedOn
	if w.Programme.ID != uuid.Nil {
		begun = w.Programme.StartedOn
	}
	started := begun.In(w.span.zone)
	if !started.IsZero() && !started.Before(w.span.until) {
		return out
	}
	out.Name, out.MonthsFrom, out.MonthsTo = p.Title.In(string(lang)), p.Range.MonthsFrom, p.Range.MonthsTo
	if n := w.phaseThen(); n != nil {
		if phase, ok := p.Phase(*n); ok {
			out.Phase = phase.Title.In(string(lang))
			out.PhaseAt, out.Phases = *n, len(p.Phases)
		}
	}
	from := w.span.from
	if !started.IsZero() {
		out.Reviews = programmeReviews(p, started, w.span, lang)
		out.MonthsIn = (from.Year()-started.Year())*12 + int(from.Month()-started.Month()) + 1
	}
	return out
}

// phaseThen gives the phase the couple was in at the end of the month; nil when nobody knows any more.
func (w *work) phaseThen() *int {
	moved := w.Programme.MovedOn
	if w.Programme.ID == uuid.Nil || moved == "" || moved < models.DayOf(w.span.until) {
		return w.couple.ProgrammePhase
	}
	return w.MovedLater.PhaseFrom
}
