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
	revealed    map[uuid.UUID]bool // occurrences that were opened to both.
	forms       map[uuid.UUID]*library.Exercise
	lineShown   map[uuid.UUID]bool // partners who agreed to an own line in the couple's report.
	handed      []*handedIn        // what was handed in, by the day that it is about.
	lineNumbers map[lineKey]int
	mondays     map[models.Day]models.Day // the Mondays of days, worked out once.
	kept        []keptAgreement           // nil: not opened yet.
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
func (w *work) counts(task *models.Task) bool {
	return w.span.in(task.DueAt) && !task.DueAt.After(w.span.now) && task.Status != models.TaskCancelled && task.Status != models.TaskRescheduled
}

func (w *work) countJoint(count func(due time.Time, done bool, rows ...uuid.UUID)) {
	halves := map[uuid.UUID][]*models.Task{}
	for _, task := range w.Tasks {
		if w.joint[task.AssignmentID] && w.counts(task) && !neverShown(w.forms[task.FormID]) {
			halves[task.OccurrenceID] = append(halves[task.OccurrenceID], task)
		}
	}
	for id, tasks := range halves {
		if len(tasks) != 2 || !opens(tasks[0], library.AudienceBoth, library.AudienceReveal) || !opens(tasks[1], library.AudienceBoth, library.AudienceReveal) {
			continue
		}
		known := w.revealed[id] || opens(tasks[0], library.AudienceBoth) && opens(tasks[1], library.AudienceBoth)
		count(tasks[0].DueAt, known && tasks[0].Status == models.TaskDone && tasks[1].Status == models.TaskDone, tasks[0].ID, tasks[1].ID)
	}
}

// opens tells whether a task asks something of one of the audiences.
func opens(task *models.Task, audiences ...library.Audience) bool {
	for _, a := range task.Audiences.V {
		if slices.Contains(audiences, library.Audience(a)) {
			return true
		}
	}
	return false
}

// mayShow tells whether an answer with this audience may show through the lens. Through the couple's, only joint work that
// both may read by now shows (design decision 13); a partner's own lens shows own work, whoever may read it, but what goes
// into a report is read by the therapist first.
func (l lens) mayShow(h *handedIn, audience library.Audience) bool {
	if h.form == nil {
		return false
	}
	switch l.audience {
	case forTherapist:
		return mayReadAnswer(readerTherapist, audience, h.state)
	case forPartner:
		return h.PartnerID == l.partner && !h.never && (!l.printed || mayReadAnswer(readerTherapist, audience, h.state))
	}
	if !h.joint || h.never {
		return false
	}
	return (audience == library.AudienceBoth || audience == library.AudienceReveal) && mayReadAnswer(readerOther, audience, h.state)
}

// usualPoints is room for the points of a line: most have fewer.
const usualPoints = 32

// line is one measure of one partner over time.
type line struct {
	exercise *library.Exercise
	measure  *library.Measure
	key      string // exercise.measure.
	partner  uuid.UUID
	min, max float64
	points   []ProgressPoint
	sameDay  float64     // values in the last point.
	rows     []uuid.UUID // the responses they are taken from.
}

// lines gives the measures of the last three months, by exercise, measure and partner. A partner's line stands in the
// couple's view only while that partner agrees to it.
func (w *work) lines(l lens) ([]line, error) {
	var found []*line // by their numbers.
	for _, h := range w.handed {
		if h.DueAt.Before(w.span.trendsFrom) || h.form == nil || l.audience == forCouple && !w.lineShown[h.PartnerID] || l.audience == forPartner && h.PartnerID != l.partner {
			continue
		}
		err := w.eachMeasure(l, h, func(m measured) {
			if m.line >= len(found) {
				found = append(found, make([]*line, m.line+1-len(found))...)
			}
			of := found[m.line]
			if of == nil {
				of = &line{partner: h.PartnerID, key: h.form.ID + "." + m.ID, points: make([]ProgressPoint, 0, usualPoints), rows: make([]uuid.UUID, 0, usualPoints)}
				found[m.line] = of
			}
			of.exercise, of.measure = h.form, m.Measure // The newest version names the line.
			of.add(h.on, m.value)
			if n := len(of.rows); n == 0 || of.rows[n-1] != h.ID {
				of.rows = append(of.rows, h.ID)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	out := make([]line, 0, len(found))
	for _, of := range found {
		if of != nil {
			of.settle()
			out = append(out, *of)
		}
	}
	slices.SortFunc(out, func(a, b line) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return w.position(a.partner) - w.position(b.partner)
	})
	return out, nil
}

// eachMeasure gives what may show through a lens of a response's measures: none when its writer's data were erased.
func (w *work) eachMeasure(l lens, h *handedIn, give func(measured)) error {
	values, err := w.measuresOf(h)
	if err != nil {
		return err
	}
	for _, m := range values {
		if l.measureShows(h, m) {
			give(m)
		}
	}
	return nil
}

func (w *work) position(partnerID uuid.UUID) int {
	p, _ := partnerOf(w.partners, partnerID)
	return p.Position
}

// questionOf is the question that a measure is taken from.
func questionOf(m *library.Measure) string {
	id, _, _ := strings.Cut(m.Question, ".")
	return id
}

// measureShows tells whether a measure shows: what it is taken from must be readable, a score all of it; and in the
// couple's view it must be one that is meant to be shared.
func (l lens) measureShows(h *handedIn, m measured) bool {
	if l.audience == forCouple && !m.Shared {
		return false
	}
	if m.Kind == library.MeasureScore {
		return l.scoreShows(h)
	}
	return m.asked && l.mayShow(h, m.audience)
}

// scoreShows tells whether every item of a score may be read.
func (l lens) scoreShows(h *handedIn) bool {
	for i := range h.form.Questions {
		if q := &h.form.Questions[i]; !q.Unscored && !l.mayShow(h, q.Audience) {
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
