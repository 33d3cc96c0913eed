package care

import (
	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/reports"
)

// from puts down rows behind a figure; rows of one kind stand together.
func from(snap *reports.Snapshot, figure, kind string, ids ...uuid.UUID) {
	if len(ids) == 0 {
		return
	}
	if n := len(snap.Trace); n == 0 || snap.Trace[n-1].Figure != figure || snap.Trace[n-1].Kind != kind {
		snap.Trace = append(snap.Trace, reports.Origin{Figure: figure, Kind: kind})
	}
	last := &snap.Trace[len(snap.Trace)-1]
	last.IDs = append(last.IDs, ids...)
}

// trace puts down from which rows each figure of the snapshot was taken. They are rows that the reader may know of, and no
// others: what was left out of a figure is not in its trace either.
func (g gathering) trace(snap *reports.Snapshot, weeks []week, drawn []line, scores []score, kept []keptAgreement, wins []win, count SessionCount) {
	var tasks []uuid.UUID
	for _, w := range weeks {
		tasks = append(tasks, w.rows...)
	}
	from(snap, "homework", reports.FromTasks, tasks...)
	if snap.Programme.Name != "" {
		from(snap, "programme", reports.FromProgramme, g.w.couple.ID)
	}
	from(snap, "sessions", reports.FromSessions, count.rows...)
	for _, w := range wins {
		from(snap, "wins", reports.FromResponses, w.row)
	}
	trend, last := -1, ""
	for _, l := range drawn {
		if l.measure.Kind == library.MeasureScore {
			continue
		}
		if l.key != last {
			trend, last = trend+1, l.key
		}
		from(snap, reports.Numbered("trend", trend), reports.FromResponses, l.rows...)
	}
	for i, s := range scores {
		from(snap, reports.Numbered("instrument", i), reports.FromResponses, s.rows...)
	}
	for i, a := range kept {
		figure := reports.Numbered("agreement", i)
		from(snap, figure, reports.FromAgreements, a.id)
		for _, r := range a.reviews {
			from(snap, figure, reports.FromReviews, r.id)
		}
	}
}
