package care

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
)

// score is one partner's newest outcome of a questionnaire in the month, with the one before it.
type score struct {
	exercise *library.Exercise
	partner  uuid.UUID
	on       models.Day
	score    float64
	max      float64
	bandID   string
	previous *float64
	change   string          // one of the Changed constants; empty when nothing compares.
	outcome  *Outcome        // for therapists alone.
	newest   *handedIn       // what it is taken from.
	history  []ProgressPoint // this one last; only scores that compare.
	rows     []uuid.UUID     // the responses they are taken from.
}

// band is the mild name of the score's range.
func (s score) band(lang string) string {
	b, _ := s.exercise.Scoring.Band(s.bandID)
	return b.Label.In(lang)
}

// scores gives the questionnaires of the month. Through the couple's lens a score shows when all its items do, it is meant
// to be shared, and its partner agreed to an own line.
func (w *work) scores(l lens) ([]score, error) {
	type key struct {
		exercise string
		partner  uuid.UUID
	}
	newest := map[key]*score{}
	for _, h := range w.handed {
		e := h.form
		if e == nil || e.Scoring == nil || e.Scoring.Method == library.ScoreList { // A list adds nothing up: there is no number to show.
			continue
		}
		if !l.scoreShows(h) || l.audience == forCouple && (!w.lineShown[h.PartnerID] || !sharesScore(e)) {
			continue
		}
		s, ok, err := w.scoreOf(h)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		k := key{e.ID, h.PartnerID}
		now := score{exercise: e, partner: h.PartnerID, on: h.on, bandID: s.Band, newest: h}
		now.score, now.max = onScale(e, s)
		now.history, now.rows = []ProgressPoint{{On: now.on, Value: now.score}}, []uuid.UUID{h.ID}
		if before := newest[k]; before != nil {
			if comparable(e, before.exercise) {
				now.history, now.rows = append(slices.Clone(before.history), now.history...), append(slices.Clone(before.rows), h.ID)
			}
			value := before.score
			now.previous = &value
			if !e.Unreported && comparable(e, before.exercise) {
				now.change = changedIn(e, before.score, now.score)
			}
		}
		newest[k] = &now
	}
	out := make([]score, 0, len(newest))
	for _, s := range newest {
		if s.on < w.span.month || s.on >= w.span.untilDay() {
			continue
		}
		if l.audience == forTherapist && !l.printed { // No paper names the items.
			answers, _, err := w.answersOf(s.newest)
			if err != nil {
				return nil, err
			}
			s.outcome = w.t.outcome(s.newest.Response, s.exercise, answers, readerTherapist)
		}
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b score) int {
		if c := strings.Compare(a.exercise.ID, b.exercise.ID); c != 0 {
			return c
		}
		return w.position(a.partner) - w.position(b.partner)
	})
	return out, nil
}

func sharesScore(e *library.Exercise) bool {
	return slices.ContainsFunc(e.Measures, func(m library.Measure) bool { return m.Kind == library.MeasureScore && m.Shared })
}

// smallWins is the exercise whose answers are the month's list of what went well, with its questions.
const (
	smallWins     = "small-wins"
	smallWinsText = "what"
	smallWinsDay  = "on"
)

// win is something that went well.
type win struct {
	on      models.Day
	text    string
	partner uuid.UUID
	row     uuid.UUID // the response.
}

// wins gives the month's small wins.
func (w *work) wins(l lens) ([]win, error) {
	var out []win
	for _, h := range w.handed {
		if h.form == nil || h.form.ID != smallWins || !w.span.in(h.DueAt) {
			continue
		}
		q, ok := h.form.Question(smallWinsText)
		if !ok || !l.mayShow(h, q.Audience) {
			continue
		}
		answers, ok, err := w.answersOf(h)
		if err != nil {
			return nil, err
		}
		if !ok || answers.Text(smallWinsText) == "" {
			continue
		}
		found := win{on: h.on, text: answers.Text(smallWinsText), partner: h.PartnerID, row: h.ID}
		day, ok := h.form.Question(smallWinsDay)
		// The day that was typed counts when it lies in the month, up to the day of writing.
		if on := models.Day(answers.Text(smallWinsDay)); ok && on.Valid() && on >= w.span.month && on < found.on && l.mayShow(h, day.Audience) {
			found.on = on
		}
		out = append(out, found)
	}
	slices.SortStableFunc(out, func(a, b win) int { return strings.Compare(string(a.on), string(b.on)) })
	return out, nil
}

// minutes adds up the time both spent on joint work that a timer measured and the reader may know. Of two who timed the
// same moment, the longer counts.
func (w *work) minutes(l lens) (int, error) {
	longest := map[uuid.UUID]float64{}
	for _, h := range w.handed {
		if h.form == nil || !h.joint || !w.span.in(h.DueAt) || !slices.ContainsFunc(h.form.Measures, func(m library.Measure) bool { return m.Kind == library.MeasureSum }) {
			continue // Nothing has to be opened.
		}
		err := w.eachMeasure(l, h, func(m measured) {
			if timed(h.form, m.Measure) {
				longest[h.OccurrenceID] = max(longest[h.OccurrenceID], m.value)
			}
		})
		if err != nil {
			return 0, err
		}
	}
	seconds := 0.0
	for _, s := range longest {
		seconds += s
	}
	return int(seconds / 60), nil
}

// timed tells whether a measure of an exercise adds up what a timer measured.
func timed(e *library.Exercise, m *library.Measure) bool {
	if m.Kind != library.MeasureSum {
		return false
	}
	q, ok := e.Question(m.Question)
	return ok && q.Type == library.FieldTimer
}

// lookBack is one review of an agreement.
type lookBack struct {
	id     uuid.UUID
	on     models.Day
	result reviewResult
}

// keptAgreement is an agreement that holds or was looked back on in the month. It is joint: all may see it.
type keptAgreement struct {
	id       uuid.UUID
	title    library.Text
	texts    map[int]agreementText // by revision.
	revision int
	reviewOn models.Day
	reviews  []lookBack
}

// agreements gives the agreements of the month, the same for whoever looks; nobody changes them.
func (w *work) agreements() ([]keptAgreement, error) {
	if w.kept == nil {
		kept, err := w.openAgreements()
		if err != nil {
			return nil, err
		}
		w.kept = kept
	}
	return w.kept, nil
}

func (w *work) openAgreements() ([]keptAgreement, error) {
	first, last := w.span.month, w.span.untilDay()
	out := make([]keptAgreement, 0, len(w.Agreements))
	for _, a := range w.Agreements {
		kept := keptAgreement{id: a.ID, revision: a.Revision, reviewOn: a.ReviewOn}
		for _, r := range openReviews(w.Reviews, a.ID) { // One partner's own account stands nowhere before the other's is in.
			if r.ReviewedOn < first || r.ReviewedOn >= last {
				continue
			}
			seen := lookBack{id: r.ID, on: r.ReviewedOn}
			if _, err := w.t.openJSON(reviewPlace(a.CoupleID, r.ID), r.Result, &seen.result); err != nil {
				return nil, err
			}
			kept.reviews = append(kept.reviews, seen)
		}
		if len(kept.reviews) == 0 && (a.Status != models.AgreementActive || a.StartsOn >= last) {
			continue
		}
		body, err := w.t.agreementBody(a)
		if err != nil {
			return nil, err
		}
		kept.title, kept.texts = body.Title, map[int]agreementText{body.Revision: body.agreementText}
		for _, text := range body.Earlier {
			kept.texts[text.Revision] = text
		}
		out = append(out, kept)
	}
	return out, nil
}

// maxNext is how many coming sessions are told of.
const maxNext = 3

// sessions counts the month's sessions and gives the next ones. Through the couple's lens there are conjoint sessions only,
// and through a partner's also the own individual ones: nobody learns that the other was seen alone.
func (w *work) sessions(l lens) (SessionCount, []time.Time) {
	var count SessionCount
	var next []time.Time
	for _, s := range w.Sessions {
		if l.audience == forCouple && s.Kind != conjoint || l.audience == forPartner && s.Kind != conjoint && (s.PartnerID == nil || *s.PartnerID != l.partner) {
			continue
		}
		if s.Status == models.SessionPlanned && s.StartsAt.After(w.span.now) && len(next) < maxNext {
			next = append(next, s.StartsAt.In(w.span.zone))
		}
		if !w.span.in(s.StartsAt) {
			continue
		}
		count.rows = append(count.rows, s.ID)
		switch s.Status {
		case models.SessionHeld:
			count.Held++
		case models.SessionCancelled:
			count.Cancelled++
		case models.SessionPlanned:
			count.Planned++
		}
	}
	return count, next
}
