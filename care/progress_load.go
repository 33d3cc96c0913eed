package care

import (
	"slices"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/library"
	"tussentijds/models"
)

// workOf reads a couple's work.
func (t *txn) workOf(couple models.Couple, s span) (*work, error) {
	works, err := t.worksOf(map[uuid.UUID]models.Couple{couple.ID: couple}, s, false)
	if err != nil {
		return nil, err
	}
	return works[couple.ID], nil
}

// worksOf reads the work of couples, whatever their number in one round trip, or two when an exercise is new to this process;
// reported also what a report tells besides.
func (t *txn) worksOf(couples map[uuid.UUID]models.Couple, s span, reported bool) (map[uuid.UUID]*work, error) {
	rows := make(map[uuid.UUID]*models.Work, len(couples))
	for id := range couples {
		rows[id] = &models.Work{}
	}
	var keys []models.WrappedKey
	period := models.WorkPeriod{Since: s.earliest, From: s.from, Until: s.until, Reported: reported}
	if err := t.Round(func(q *db.Batch) { models.BatchWork(q, rows, &keys, period) }); err != nil {
		return nil, err
	}
	if err := t.take(keys); err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	for _, w := range rows {
		for _, task := range w.Tasks {
			ids = append(ids, task.FormID)
		}
	}
	forms, err := t.forms(ids...)
	if err != nil {
		return nil, err
	}
	works := make(map[uuid.UUID]*work, len(couples))
	for id, c := range couples {
		works[id] = t.newWork(c, s, *rows[id], forms)
	}
	return works, nil
}

func (t *txn) newWork(couple models.Couple, s span, rows models.Work, forms map[uuid.UUID]*library.Exercise) *work {
	w := &work{
		t: t, span: s, couple: couple, partners: rows.Partners, Work: rows, forms: forms,
		joint: make(map[uuid.UUID]bool, len(rows.Joint)), occurrences: make(map[uuid.UUID]models.Occurrence, len(rows.Occurrences)),
		tasks: make(map[uuid.UUID]models.Task, len(rows.Tasks)), lineShown: make(map[uuid.UUID]bool, len(rows.Partners)),
		written: make(map[uuid.UUID]*library.Exercise, len(rows.Responses)), opened: make(map[uuid.UUID]*openedResponse, len(rows.Responses)),
	}
	for _, id := range rows.LineShown {
		w.lineShown[id] = true
	}
	for _, id := range rows.Joint {
		w.joint[id] = true
	}
	for _, o := range rows.Occurrences {
		w.occurrences[o.ID] = o
	}
	for _, task := range rows.Tasks {
		w.tasks[task.ID] = task
	}
	// By the day they are about, whenever they were sent in.
	slices.SortStableFunc(w.Responses, func(a, b models.Response) int { return w.tasks[a.TaskID].DueAt.Compare(w.tasks[b.TaskID].DueAt) })
	return w
}

// openedResponse is what of a response was opened so far: several lenses look at the same.
type openedResponse struct {
	answers    library.Answers
	measures   []library.Value
	hasAnswers *bool // nil: not opened yet; false: its writer was erased.
	hasValues  *bool
}

func (w *work) document(r models.Response) *openedResponse {
	o := w.opened[r.ID]
	if o == nil {
		o = &openedResponse{}
		w.opened[r.ID] = o
	}
	return o
}

// answersOf opens a response's answers; ok is false when its writer was erased. They are shared: nobody changes them.
func (w *work) answersOf(r models.Response) (answers library.Answers, ok bool, err error) {
	o := w.document(r)
	if o.hasAnswers == nil {
		if ok, err = w.t.openJSON(answersPlace(r), r.Answers, &o.answers); err != nil {
			return nil, false, err
		}
		o.hasAnswers = &ok
	}
	return o.answers, *o.hasAnswers, nil
}

// measuresOf opens a response's measures; ok is false when its writer was erased.
func (w *work) measuresOf(r models.Response) (values []library.Value, ok bool, err error) {
	o := w.document(r)
	if o.hasValues == nil {
		var raw []byte
		if raw, ok, err = w.t.open(measuresPlace(r), r.Measures); err != nil {
			return nil, false, err
		}
		if len(raw) > 0 {
			if o.measures, err = library.ReadValues(raw); err != nil {
				return nil, false, err
			}
		}
		o.hasValues = &ok
	}
	return o.measures, *o.hasValues, nil
}
