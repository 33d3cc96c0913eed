package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// ProgressPoint is one value on a day.
type ProgressPoint struct {
	On    models.Day `json:"on"`
	Value float64    `json:"value"`
}

// ProgressSeries is one measure over time, of one partner.
type ProgressSeries struct {
	Measure   string          `json:"measure"`
	Title     string          `json:"title"`
	PartnerID *uuid.UUID      `json:"partner_id,omitempty"`
	Min       float64         `json:"min"`
	Max       float64         `json:"max"`
	Points    []ProgressPoint `json:"points"`
}

// ProgressView is the figures behind a report: what its reader may know, no more.
type ProgressView struct {
	Month       string               `json:"month"`
	Homework    HomeworkCount        `json:"homework"`
	Weeks       []HomeworkWeek       `json:"weeks"`
	Series      []ProgressSeries     `json:"series"`
	Charts      []ProgressSeries     `json:"-"` // the series worth drawing, by weeks where they are dense.
	Instruments []InstrumentProgress `json:"instruments"`
	Agreements  []AgreementProgress  `json:"agreements"`
	Wins        []WinView            `json:"wins"`
	Sessions    SessionCount         `json:"sessions"`
}

// HomeworkCount is tasks given and done.
type HomeworkCount struct {
	Assigned int `json:"assigned"`
	Done     int `json:"done"`
}

// HomeworkWeek is one week's count, by its Monday.
type HomeworkWeek struct {
	On       models.Day `json:"on"`
	Assigned int        `json:"assigned"`
	Done     int        `json:"done"`
}

// InstrumentProgress is an instrument's newest score of the month with the one before.
type InstrumentProgress struct {
	ExerciseID string     `json:"exercise_id"`
	Title      string     `json:"title"`
	PartnerID  *uuid.UUID `json:"partner_id,omitempty"`
	On         models.Day `json:"on"`
	Score      float64    `json:"score"`
	Max        float64    `json:"max"`
	Band       string     `json:"band"`
	Previous   *float64   `json:"previous,omitempty"`
	Change     string     `json:"change,omitempty" enum:"better,worse,unsure,higher,lower,equal" doc:"Since the previous score. Better, worse and unsure (it may be chance) need an instrument that says which change is no chance; of the others only whether the number went up or down."`
	Caveat     string     `json:"caveat"`
	Outcome    *Outcome   `json:"-"` // for therapists alone.
}

// AgreementProgress is how an agreement was kept.
type AgreementProgress struct {
	ID    uuid.UUID `json:"id"`
	Title string    `json:"title"`
	Kept  int       `json:"kept"`
	Asked int       `json:"asked"`
}

// WinView is a small win that both may read.
type WinView struct {
	On   models.Day `json:"on"`
	Text string     `json:"text"`
}

// SessionCount is the month's sessions.
type SessionCount struct {
	Held      int `json:"held"`
	Cancelled int `json:"cancelled"`
	Planned   int `json:"planned"`

	rows []uuid.UUID // the sessions counted.
}

// The audiences of progress and reports (design decision 14).
const (
	forCouple    = "couple"
	forPartner   = "partner"
	forTherapist = "therapist"
)

// lens is who looks at a couple's work: both together, one partner at the own work, or the therapists.
type lens struct {
	audience string
	partner  uuid.UUID // with forPartner.
	printed  bool      // it becomes a paper: the therapist reads it before it goes out.
}

// Progress gives the figures of a month ("2026-10"; empty for the present one) for audience couple (a partner's or
// therapist's view), partner (the actor's own) or therapist; empty for the actor's own kind. Design decision 13 says what a
// couple's view may count. Faults: not_found, forbidden, invalid.
func (s *Service) Progress(ctx context.Context, actor Actor, coupleID uuid.UUID, month, audience string) (ProgressView, error) {
	var view ProgressView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, agreementRight(actor, false))
		if err != nil {
			return err
		}
		l, err := lensOf(actor, audience)
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		span, err := spanOf(month, t.now, practice.Zone())
		if err != nil {
			return err
		}
		w, err := t.workOf(couple, span)
		if err != nil {
			return err
		}
		if view, err = w.progress(l, string(actor.Locale)); err != nil {
			return err
		}
		read := act{verb: "read", object: "progress", objectID: couple.ID, coupleID: couple.ID}
		if l.audience == forPartner {
			read.coupleID, read.partnerID = uuid.Nil, l.partner
			t.note(read)
			return nil
		}
		t.noteJointFor(w.partners, read)
		return nil
	})
	return view, err
}

// lensOf is the lens an actor asks for: a partner never looks through the therapist's, and nobody through another's own.
func lensOf(actor Actor, audience string) (lens, error) {
	if audience == "" {
		audience = forTherapist
		if actor.Partner() {
			audience = forCouple
		}
	}
	switch {
	case audience == forCouple:
		return lens{audience: forCouple}, nil
	case audience == forPartner && actor.Partner():
		return lens{audience: forPartner, partner: actor.ID}, nil
	case audience == forTherapist && actor.Member():
		return lens{audience: forTherapist}, nil
	case audience == forTherapist:
		return lens{}, fault.New(fault.Forbidden, "")
	}
	return lens{}, fault.Fieldf("audience", "error.field.choice", nil)
}

// span is a month in the practice's zone, with how far back its lines and its questionnaires look.
type span struct {
	month       models.Day // its first day.
	from, until time.Time
	trendsFrom  time.Time // lines run over three months up to the month's end.
	earliest    time.Time // a questionnaire is compared with one of at most half a year ago.
	now         time.Time
	zone        *time.Location
}

// spanOf reads a month; one that is still to come has nothing to show. Faults: invalid.
func spanOf(month string, now time.Time, zone *time.Location) (span, error) {
	local := now.In(zone)
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, zone)
	if month != "" {
		parsed, err := time.ParseInLocation("2006-01", month, zone)
		if err != nil || parsed.After(first) || parsed.Year() < 2000 {
			return span{}, fault.Fieldf("month", "progress.month", nil)
		}
		first = parsed
	}
	return span{
		month: models.DayOf(first), from: first, until: first.AddDate(0, 1, 0), trendsFrom: first.AddDate(0, -2, 0), earliest: first.AddDate(0, -6, 0),
		now: now, zone: zone,
	}, nil
}

// untilDay is the first day after the month, trendsDay the one on which lines begin.
func (s span) untilDay() models.Day  { return models.DayOf(s.until) }
func (s span) trendsDay() models.Day { return models.DayOf(s.trendsFrom) }

// in tells whether a moment falls in the month.
func (s span) in(at time.Time) bool { return !at.Before(s.from) && at.Before(s.until) }

// monday is the day on which the week of a moment began.
func (s span) monday(at time.Time) time.Time {
	local := at.In(s.zone)
	back := (int(local.Weekday()) + 6) % 7
	return time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, s.zone)
}

// progress puts the figures together for a reader.
func (w *work) progress(l lens, lang string) (ProgressView, error) {
	view := ProgressView{Month: string(w.span.month)[:7], Weeks: []HomeworkWeek{}, Series: []ProgressSeries{}, Instruments: []InstrumentProgress{}, Agreements: []AgreementProgress{}, Wins: []WinView{}}
	for _, week := range w.weeks(l) {
		view.Homework.Assigned += week.assigned
		view.Homework.Done += week.done
		view.Weeks = append(view.Weeks, HomeworkWeek{On: models.DayOf(week.from), Assigned: week.assigned, Done: week.done})
	}
	lines, err := w.lines(l)
	if err != nil {
		return view, err
	}
	view.Series, view.Charts = seriesOf(lines, lang), seriesOf(w.charted(lines), lang)
	scores, err := w.scores(l)
	if err != nil {
		return view, err
	}
	for _, sc := range scores {
		view.Instruments = append(view.Instruments, InstrumentProgress{
			ExerciseID: sc.exercise.ID, Title: sc.exercise.Title.In(lang), PartnerID: ref(sc.partner), On: sc.on, Score: sc.score, Max: sc.max,
			Band: sc.band(lang), Previous: sc.previous, Change: sc.change, Caveat: sc.exercise.Scoring.Caveat.In(lang), Outcome: sc.outcome,
		})
	}
	wins, err := w.wins(l)
	if err != nil {
		return view, err
	}
	for _, win := range wins {
		view.Wins = append(view.Wins, WinView{On: win.on, Text: win.text})
	}
	kept, err := w.agreements()
	if err != nil {
		return view, err
	}
	for _, a := range kept {
		p := AgreementProgress{ID: a.id, Title: a.title.In(lang)}
		for _, r := range a.reviews {
			for _, yes := range r.result.Kept {
				p.Asked++
				if yes {
					p.Kept++
				}
			}
		}
		view.Agreements = append(view.Agreements, p)
	}
	view.Sessions, _ = w.sessions(l)
	return view, nil
}

func seriesOf(lines []line, lang string) []ProgressSeries {
	out := make([]ProgressSeries, 0, len(lines))
	for _, l := range lines {
		out = append(out, ProgressSeries{
			Measure: l.key, Title: l.measure.Title.In(lang), PartnerID: ref(l.partner), Min: l.min, Max: l.max, Points: l.points,
		})
	}
	return out
}

// neverShown are exercises that stand in no partner's progress or report, not even the own one: a page can be seen by
// whoever stands beside it.
func neverShown(e *library.Exercise) bool {
	return e == nil || e.Unreported || e.ID == "why-stay" || e.ID == libraryScreening
}
