package care

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/reports"
)

// The exercise in which one partner notes which promises were kept and the other what could be seen of it, with its measures.
const (
	wordAndDeed     = "promise-log"
	wordAndDeedKept = "kept"
	wordAndDeedSeen = "seen"
)

// fewestPictures is how many times both must have answered in a month before their pictures are compared: of one or two a
// share would tell what somebody said on a certain day.
const fewestPictures = 3

// twoViews is one time that both said whether word and deed matched.
type twoViews struct {
	on   time.Time
	same bool
	rows []uuid.UUID // the two responses.
}

// pictures gives the times on which both said whether promises were kept: by the one who made them, that all of them were,
// and by the other, that it could be seen. Only answers count that both may read by now (content brief, section 7), whoever
// reads the report; so nobody learns from it what was not open already.
func (w *work) pictures() ([]twoViews, error) {
	type half struct {
		said bool
		due  time.Time
		row  uuid.UUID
	}
	kept, seen := map[uuid.UUID]half{}, map[uuid.UUID]half{}
	both := lens{audience: forCouple}
	var order []uuid.UUID
	for _, h := range w.handed {
		if h.form == nil || h.form.ID != wordAndDeed || h.DueAt.Before(w.span.trendsFrom) {
			continue
		}
		occurrence := h.OccurrenceID
		err := w.eachMeasure(both, h, func(m measured) {
			switch m.ID {
			case wordAndDeedKept:
				kept[occurrence] = half{m.value == 1, h.DueAt, h.ID}
				order = append(order, occurrence)
			case wordAndDeedSeen:
				seen[occurrence] = half{m.value == 1, h.DueAt, h.ID}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	var out []twoViews
	for _, id := range order {
		if a, b := kept[id], seen[id]; b.row != uuid.Nil && a.row != b.row {
			out = append(out, twoViews{a.due, a.said == b.said, []uuid.UUID{a.row, b.row}})
		}
	}
	return out, nil
}

// samePicture gives, month by month, in which share of the times the two said the same about a promise; ok is false when there
// is too little for it. It is taken from the answers of both, so a partner reads it only while both agree to an own line.
func (g gathering) samePicture() (f reports.MonthFigure, rows []uuid.UUID, ok bool, err error) {
	if g.l.audience != forTherapist {
		for _, p := range g.w.partners {
			if !g.w.lineShown[p.ID] {
				return f, nil, false, nil
			}
		}
	}
	pictures, err := g.w.pictures()
	if err != nil {
		return f, nil, false, err
	}
	sign := signOf(wordAndDeed + "." + wordAndDeedKept)
	area, known := signAreas[sign.ID]
	if !known {
		area = reports.AreaConnection
	}
	f = reports.MonthFigure{Area: area, Sign: sign.Title.In(string(g.lang)), Title: locale.For(g.lang).T("progress.sign.same"), Share: true}
	for i := range monthsShown {
		from := g.w.span.trendsFrom.AddDate(0, i, 0)
		until := from.AddDate(0, 1, 0)
		same, n := 0, 0
		var used []uuid.UUID
		for _, p := range pictures {
			if on := p.on.In(g.w.span.zone); on.Before(from) || !on.Before(until) {
				continue
			}
			n, used = n+1, append(used, p.rows...)
			if p.same {
				same++
			}
		}
		if n < fewestPictures {
			f.Months = append(f.Months, reports.TrendPoint{On: from, Gap: true})
			continue
		}
		ok, rows = true, append(rows, used...)
		f.Months = append(f.Months, reports.TrendPoint{On: from, Value: float64(same) / float64(n)})
	}
	return f, rows, ok, nil
}

// The counter of what was told after a disclosure that was to be whole: a truth in pieces opens a wound again.
const toldLater = "disclosure-prep.later"

// laterTruths gives how often a partner told something in the month that was left out before, with the responses that say so.
func (g gathering) laterTruths(lines []line) map[uuid.UUID]counted {
	out := map[uuid.UUID]counted{}
	for _, l := range lines {
		if l.key != toldLater || l.measure.Kind != library.MeasureSum {
			continue
		}
		if total, n := l.within(g.w.span.month, g.w.span.untilDay()); n > 0 && total > 0 {
			out[l.partner] = counted{int(total), g.inMonth(l.rows)}
		}
	}
	return out
}

// counted is a number with the rows that it counts.
type counted struct {
	n    int
	rows []uuid.UUID
}

// inMonth keeps the responses whose task fell due in the month.
func (g gathering) inMonth(responses []uuid.UUID) []uuid.UUID {
	var out []uuid.UUID
	for _, h := range g.w.handed {
		if g.w.span.in(h.DueAt) && slices.Contains(responses, h.ID) {
			out = append(out, h.ID)
		}
	}
	return out
}
