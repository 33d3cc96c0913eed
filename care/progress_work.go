package care

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
)

// work is what a couple did in a span, with all that decides who may know of it. Its methods give figures through a lens.
type work struct {
	t        *txn
	span     span
	couple   models.Couple
	partners []models.Partner
	models.Work
	joint       map[uuid.UUID]bool // assignments for both.
	occurrences map[uuid.UUID]models.Occurrence
	tasks       map[uuid.UUID]models.Task
	forms       map[uuid.UUID]*library.Exercise
	lineShown   map[uuid.UUID]bool              // partners who agreed to an own line in the couple's report.
	written     map[uuid.UUID]*library.Exercise // responses' forms, made once.
	opened      map[uuid.UUID]*openedResponse   // responses' documents, opened once.
	mondays     map[models.Day]models.Day       // the Mondays of days, worked out once.
}

// week is homework counted by the Monday on which its week began.
type week struct {
	from           time.Time
	assigned, done int
	rows           []uuid.UUID // the tasks counted.
}

// weeks counts the month's homework that fell due. Without any it gives none. Through the couple's lens only those
// occurrences count of which both know whether both did them: a joint one with something that opens to both.
func (w *work) weeks(l lens) []week {
	byMonday := map[time.Time]*week{}
	total := 0
	count := func(due time.Time, done bool, rows ...uuid.UUID) {
		monday := w.span.monday(due)
		if byMonday[monday] == nil {
			byMonday[monday] = &week{from: monday}
		}
		byMonday[monday].assigned++
		byMonday[monday].rows = append(byMonday[monday].rows, rows...)
		total++
		if done {
			byMonday[monday].done++
		}
	}
	if l.audience == forCouple {
		w.countJoint(count)
	} else {
		for _, task := range w.Tasks {
			if l.audience == forPartner && (task.PartnerID != l.partner || neverShown(w.forms[task.FormID])) || !w.counts(task) {
				continue
			}
			count(task.DueAt, task.Status == models.TaskDone, task.ID)
		}
	}
	if total == 0 {
		return nil
	}
	var out []week
	for monday := w.span.monday(w.span.from); monday.Before(w.span.until) && !monday.After(w.span.now); monday = monday.AddDate(0, 0, 7) {
		if found := byMonday[monday]; found != nil {
			out = append(out, *found)
		} else {
			out = append(out, week{from: monday})
		}
	}
	return out
}

// counts tells whether a task fell due in the month and was not stopped by anyone: what was stopped is nobody's failing.
func (w *work) counts(task models.Task) bool {
	return w.span.in(task.DueAt) && !task.DueAt.After(w.span.now) && task.Status != models.TaskCancelled && task.Status != models.TaskRescheduled
}

func (w *work) countJoint(count func(due time.Time, done bool, rows ...uuid.UUID)) {
	halves := map[uuid.UUID][]models.Task{}
	for _, task := range w.Tasks {
		if w.joint[task.AssignmentID] && w.counts(task) && !neverShown(w.forms[task.FormID]) {
			halves[task.OccurrenceID] = append(halves[task.OccurrenceID], task)
		}
	}
	for id, tasks := range halves {
		if len(tasks) != 2 || !opens(tasks[0], library.AudienceBoth, library.AudienceReveal) || !opens(tasks[1], library.AudienceBoth, library.AudienceReveal) {
			continue
		}
		o := w.occurrences[id]
		revealed := o.RevealedAt != nil && !o.RevealedAt.After(w.span.now)
		known := revealed || opens(tasks[0], library.AudienceBoth) && opens(tasks[1], library.AudienceBoth)
		count(tasks[0].DueAt, known && tasks[0].Status == models.TaskDone && tasks[1].Status == models.TaskDone, tasks[0].ID, tasks[1].ID)
	}
}

// opens tells whether a task asks something of one of the audiences.
func opens(task models.Task, audiences ...library.Audience) bool {
	for _, a := range task.Audiences.V {
		if slices.Contains(audiences, library.Audience(a)) {
			return true
		}
	}
	return false
}

// form is the exercise as a response was written to it, with the response's present audiences on its questions.
func (w *work) form(r models.Response) *library.Exercise {
	if e, made := w.written[r.ID]; made {
		return e
	}
	whole := w.forms[r.FormID]
	if whole == nil {
		return nil
	}
	p, _ := partnerOf(w.partners, r.PartnerID)
	w.written[r.ID] = taskForm(whole, models.Task{Audiences: r.Audiences}, p.Role)
	return w.written[r.ID]
}

// mayShow tells whether an answer with this audience may show through the lens. Through the couple's, only joint work that
// both may read by now shows (design decision 13); a partner's own lens shows own work, whoever may read it, but what goes
// into a report is read by the therapist first.
func (w *work) mayShow(l lens, r models.Response, e *library.Exercise, audience library.Audience) bool {
	if e == nil {
		return false
	}
	state := openedOf(r, w.span.now)
	switch l.audience {
	case forTherapist:
		return mayReadAnswer(readerTherapist, audience, state)
	case forPartner:
		return r.PartnerID == l.partner && !neverShown(e) && (!l.printed || mayReadAnswer(readerTherapist, audience, state))
	}
	if !w.joint[w.tasks[r.TaskID].AssignmentID] || neverShown(e) {
		return false
	}
	return (audience == library.AudienceBoth || audience == library.AudienceReveal) && mayReadAnswer(readerOther, audience, state)
}

// line is one measure of one partner over time.
type line struct {
	exercise *library.Exercise
	measure  library.Measure
	partner  uuid.UUID
	min, max float64
	points   []ProgressPoint
	sameDay  float64     // values in the last point.
	rows     []uuid.UUID // the responses they are taken from.
}

// lines gives the measures of the last three months, by exercise, measure and partner. A partner's line stands in the
// couple's view only while that partner agrees to it.
func (w *work) lines(l lens) ([]line, error) {
	type key struct {
		exercise, measure string
		partner           uuid.UUID
	}
	found := map[key]*line{}
	for _, r := range w.Responses {
		due := w.tasks[r.TaskID].DueAt
		e := w.form(r)
		if due.Before(w.span.trendsFrom) || e == nil || l.audience == forCouple && !w.lineShown[r.PartnerID] || l.audience == forPartner && r.PartnerID != l.partner {
			continue
		}
		on := models.DayOf(due.In(w.span.zone))
		err := w.eachMeasure(l, r, e, func(m library.Measure, value float64) {
			k := key{e.ID, m.ID, r.PartnerID}
			of := found[k]
			if of == nil {
				of = &line{partner: r.PartnerID}
				found[k] = of
			}
			of.exercise, of.measure = e, m // The newest version names the line.
			of.add(on, value)
			if n := len(of.rows); n == 0 || of.rows[n-1] != r.ID {
				of.rows = append(of.rows, r.ID)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]line, 0, len(found))
	for _, found := range found {
		found.settle()
		out = append(out, *found)
	}
	slices.SortFunc(out, func(a, b line) int {
		if c := strings.Compare(a.exercise.ID+"."+a.measure.ID, b.exercise.ID+"."+b.measure.ID); c != 0 {
			return c
		}
		return w.position(a.partner) - w.position(b.partner)
	})
	return out, nil
}

// eachMeasure gives what may show through a lens of a response's measures: none when its writer's data were erased. e is the
// form it was written to.
func (w *work) eachMeasure(l lens, r models.Response, e *library.Exercise, give func(m library.Measure, value float64)) error {
	values, ok, err := w.measuresOf(r)
	if err != nil || !ok {
		return err
	}
	for _, v := range values {
		if m, ok := measureOf(e, v.Measure); ok && w.measureShows(l, r, e, m) {
			give(m, v.Value)
		}
	}
	return nil
}

func (w *work) position(partnerID uuid.UUID) int {
	p, _ := partnerOf(w.partners, partnerID)
	return p.Position
}

func measureOf(e *library.Exercise, id string) (library.Measure, bool) {
	for _, m := range e.Measures {
		if m.ID == id {
			return m, true
		}
	}
	return library.Measure{}, false
}

// measureShows tells whether a measure shows: what it is taken from must be readable, a score all of it; and in the
// couple's view it must be one that is meant to be shared.
func (w *work) measureShows(l lens, r models.Response, e *library.Exercise, m library.Measure) bool {
	if l.audience == forCouple && !m.Shared {
		return false
	}
	if m.Kind == library.MeasureScore {
		return w.scoreShows(l, r, e)
	}
	id, _, _ := strings.Cut(m.Question, ".")
	q, ok := e.Question(id)
	return ok && w.mayShow(l, r, e, q.Audience)
}

// scoreShows tells whether every item of a score may be read.
func (w *work) scoreShows(l lens, r models.Response, e *library.Exercise) bool {
	for _, q := range e.Questions {
		if !q.Unscored && !w.mayShow(l, r, e, q.Audience) {
			return false
		}
	}
	return true
}

// add puts a value on its day; several on one day are one point, added up or averaged as the measure asks.
func (l *line) add(on models.Day, value float64) {
	if n := len(l.points); n > 0 && l.points[n-1].On == on {
		if l.measure.Kind == library.MeasureCount || l.measure.Kind == library.MeasureSum {
			l.points[n-1].Value += value
		} else {
			l.points[n-1].Value = (l.points[n-1].Value*l.sameDay + value) / (l.sameDay + 1)
		}
		l.sameDay++
		return
	}
	l.sameDay = 1
	l.points = append(l.points, ProgressPoint{On: on, Value: value})
}

// settle sets the scale: the question's own, or one that the values fit on.
func (l *line) settle() {
	l.min, l.max = 0, 1
	switch l.measure.Kind {
	case library.MeasureScore:
		if l.exercise.Scoring != nil {
			l.max = l.exercise.Scoring.Max
		}
	case library.MeasureScale:
		id, column, _ := strings.Cut(l.measure.Question, ".")
		if q, ok := l.exercise.Question(id); ok {
			if c, inRows := q.Column(column); inRows && c.Type == library.FieldScale {
				l.min, l.max = c.Bounds()
			} else if q.Type == library.FieldScale {
				l.min, l.max = q.Bounds()
			}
		}
	case library.MeasureChoice:
		if q, ok := l.exercise.Question(l.measure.Question); ok {
			for _, o := range q.Options {
				if o.Value != nil {
					l.max = max(l.max, *o.Value)
					l.min = min(l.min, *o.Value)
				}
			}
		}
	}
	for _, p := range l.points {
		l.max = max(l.max, p.Value)
		l.min = min(l.min, p.Value)
	}
}
