package care

import (
	"cmp"
	"maps"
	"slices"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// handedIn is a response with what is the same for whoever looks at it: several lenses look at the same work.
type handedIn struct {
	*models.HandedIn
	form  *library.Exercise // as it was written to, with the response's present audiences on its questions; nil when it is not known.
	on    models.Day        // the day that it is about.
	joint bool
	never bool // nobody but the therapist ever sees the exercise in figures.
	state opened

	answers  *library.Answers // nil: not opened yet, or erased.
	measures []measured
	score    *library.Score // nil: not worked out, or none.
	read     struct{ answers, measures, score bool }
}

// measured is one value of a response.
type measured struct {
	*library.Measure
	value    float64
	line     int              // the number of the line that it stands in.
	audience library.Audience // of the question that it is taken from.
	asked    bool             // that question is in the form; a score has none.
}

// handIn takes the responses in, by the day they are about, whenever they were sent in.
func (w *work) handIn(responses []*models.HandedIn) {
	type wording struct {
		form    uuid.UUID
		partner uuid.UUID
	}
	last := map[wording]*handedIn{} // Most responses to a form have the same audiences.
	w.handed = make([]*handedIn, 0, len(responses))
	for _, r := range responses {
		h := &handedIn{HandedIn: r, on: models.DayOf(r.DueAt.In(w.span.zone)), joint: w.joint[r.AssignmentID], state: openedOf(r.Response, w.span.now)}
		if whole := w.forms[h.FormID]; whole != nil {
			key := wording{h.FormID, h.PartnerID}
			if before := last[key]; before != nil && maps.Equal(before.Audiences.V, h.Audiences.V) {
				h.form = before.form
			} else {
				p, _ := partnerOf(w.partners, h.PartnerID)
				h.form = taskForm(whole, models.Task{Audiences: h.Audiences}, p.Role)
				last[key] = h
			}
		}
		h.never = neverShown(h.form)
		if h.state.revealed {
			w.revealed[h.OccurrenceID] = true
		}
		w.handed = append(w.handed, h)
	}
	slices.SortFunc(w.handed, func(a, b *handedIn) int {
		return cmp.Or(a.DueAt.Compare(b.DueAt), a.SubmittedAt.Compare(b.SubmittedAt), slices.Compare(a.ID[:], b.ID[:]))
	})
}

// answersOf opens a response's answers; ok is false when its writer was erased. They are shared: nobody changes them.
func (w *work) answersOf(h *handedIn) (answers library.Answers, ok bool, err error) {
	if !h.read.answers {
		if len(h.Answers) == 0 { // Of such a form they are not read: no figure may come of that.
			return nil, false, fault.New(fault.Internal, "")
		}
		var opened library.Answers
		if ok, err = w.t.openJSON(answersPlace(h.Response), h.Answers, &opened); err != nil {
			return nil, false, err
		}
		if h.read.answers = true; ok {
			h.answers = &opened
		}
	}
	if h.answers == nil {
		return nil, false, nil
	}
	return *h.answers, true, nil
}

// scoreOf scores a response's answers; ok is false when there is nothing to score.
func (w *work) scoreOf(h *handedIn) (s library.Score, ok bool, err error) {
	if !h.read.score {
		answers, readable, err := w.answersOf(h)
		if err != nil {
			return s, false, err
		}
		if readable {
			if s, ok = h.form.Score(answers); ok {
				h.score = &s
			}
		}
		h.read.score = true // Last: what fails for one report fails for the next of this couple, too.
	}
	if h.score == nil {
		return library.Score{}, false, nil
	}
	return *h.score, true, nil
}

// measuresOf opens a response's measures; none when its writer was erased.
func (w *work) measuresOf(h *handedIn) ([]measured, error) {
	if h.read.measures || h.form == nil {
		return h.measures, nil
	}
	raw, ok, err := w.t.open(measuresPlace(h.Response), h.Measures)
	if err != nil {
		return nil, err
	}
	if !ok || len(raw) == 0 {
		h.read.measures = true
		return nil, nil
	}
	values, err := library.ReadValues(raw)
	if err != nil {
		return nil, err
	}
	out := make([]measured, 0, len(values))
	for _, v := range values {
		m := measureOf(h.form, v.Measure)
		if m == nil {
			continue
		}
		found := measured{Measure: m, value: v.Value, line: w.lineOf(lineKey{h.form.ID, m.ID, h.PartnerID})}
		if m.Kind != library.MeasureScore {
			if q, asked := h.form.Question(questionOf(m)); asked {
				found.asked, found.audience = true, q.Audience
			}
		}
		out = append(out, found)
	}
	h.measures, h.read.measures = out, true // Last, as above.
	return out, nil
}

// lineKey is what makes a line one: values of one measure of one partner, in whatever version of the exercise.
type lineKey struct {
	exercise, measure string
	partner           uuid.UUID
}

// lineOf numbers a couple's lines.
func (w *work) lineOf(k lineKey) int {
	n, known := w.lineNumbers[k]
	if !known {
		n = len(w.lineNumbers)
		w.lineNumbers[k] = n
	}
	return n
}

// measureOf is the measure of an exercise, or nil.
func measureOf(e *library.Exercise, id string) *library.Measure {
	for i := range e.Measures {
		if e.Measures[i].ID == id {
			return &e.Measures[i]
		}
	}
	return nil
}
