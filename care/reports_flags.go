package care

import (
	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/reports"
)

// raisedFlag is a flag being put together, with the rows that it follows from.
type raisedFlag struct {
	text string
	from []behind
}

type behind struct {
	kind string
	rows []uuid.UUID
}

// flags are for the therapist's version alone, each with its trace. Screenings and what was told in confidence at a signature
// stand in no report.
func (g gathering) flags(snap *reports.Snapshot, weeks []week, lines []line) error {
	details, err := g.w.t.alertDetails(g.w.Alerts)
	if err != nil {
		return err
	}
	l := locale.For(g.lang)
	var out []raisedFlag
	told := map[uuid.UUID]int{}
	for _, a := range g.w.Alerts {
		d := details[a.ID]
		if d.Band == "" || d.Screening {
			continue
		}
		at, known := told[*a.PartnerID]
		if !known {
			at = len(out)
			told[*a.PartnerID] = at
			out = append(out, raisedFlag{text: l.T("progress.flag.low", "Name", g.names[*a.PartnerID]), from: []behind{{kind: reports.FromAlerts}, {kind: reports.FromResponses}}})
		}
		out[at].from[0].rows = append(out[at].from[0].rows, a.ID)
		if d.Response != uuid.Nil {
			out[at].from[1].rows = append(out[at].from[1].rows, d.Response)
		}
	}
	later := g.laterTruths(lines)
	for _, p := range g.w.partners {
		if c, ok := later[p.ID]; ok {
			out = append(out, raisedFlag{text: l.N("progress.flag.later", c.n, "Name", g.names[p.ID]), from: []behind{{reports.FromResponses, c.rows}}})
		}
	}
	assigned, done := 0, 0
	var tasks []uuid.UUID
	for _, week := range weeks {
		assigned, done, tasks = assigned+week.assigned, done+week.done, append(tasks, week.rows...)
	}
	if assigned >= 4 && done*3 < assigned {
		out = append(out, raisedFlag{text: l.T("progress.flag.little", "Done", done, "Of", assigned), from: []behind{{reports.FromTasks, tasks}}})
	}
	for _, p := range g.w.partners {
		if !g.w.lineShown[p.ID] { // The consent that is not there is named by its partner.
			out = append(out, raisedFlag{text: l.T("progress.flag.no_line", "Name", g.names[p.ID]), from: []behind{{reports.FromConsents, []uuid.UUID{p.ID}}}})
		}
	}
	for i, f := range out {
		snap.Flags = append(snap.Flags, f.text)
		for _, o := range f.from {
			from(snap, reports.Numbered("flag", i), o.kind, o.rows...)
		}
	}
	return nil
}
