package care

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// gathered is what came of gathering one report.
type gathered struct {
	report   models.Report
	work     *work
	snapshot reports.Snapshot
	err      error
}

// reportSnapshots gathers what reports show. The work of the couples of one month is read once, in a round trip or two, and
// looked at through the lens of each report. What is wrong with one report is its own error.
func (t *txn) reportSnapshots(list []models.Report) ([]gathered, error) {
	practice, err := t.thePractice()
	if err != nil {
		return nil, err
	}
	couples := map[models.Day][]uuid.UUID{}
	for _, r := range list {
		if !slices.Contains(couples[r.Month], r.CoupleID) {
			couples[r.Month] = append(couples[r.Month], r.CoupleID)
		}
	}
	works := map[models.Day]map[uuid.UUID]*work{}
	for month, ids := range couples {
		when, err := spanOf(string(month)[:7], t.now, practice.Zone())
		if err != nil {
			return nil, err
		}
		files, err := models.CouplesByID(t.DB, ids)
		if err != nil {
			return nil, err
		}
		if works[month], err = t.worksOf(files, when, true); err != nil {
			return nil, err
		}
	}
	out := make([]gathered, len(list))
	for i, r := range list {
		out[i] = gathered{report: r, work: works[r.Month][r.CoupleID]}
		if out[i].work == nil {
			return nil, fault.New(fault.Internal, "") // A foreign key keeps this from happening.
		}
		out[i].snapshot, out[i].err = t.snapshotOf(r, out[i].work, practice)
	}
	return out, nil
}

// reportSnapshot is reportSnapshots for one.
func (t *txn) reportSnapshot(r models.Report) (reports.Snapshot, error) {
	list, err := t.reportSnapshots([]models.Report{r})
	if err != nil {
		return reports.Snapshot{}, err
	}
	return list[0].snapshot, list[0].err
}

// snapshotOf puts together what a report shows, in its language: what its readers may know, no more. A panic is the report's
// own fault, so that it fails alone.
func (t *txn) snapshotOf(r models.Report, w *work, practice models.Practice) (snap reports.Snapshot, err error) {
	defer func() {
		if recover() != nil {
			err = fault.New(fault.Internal, "")
		}
	}()
	lang, _ := locale.Parse(r.Locale)
	when := w.span
	snap = reports.Snapshot{Version: reports.Version, Audience: reports.Audience(r.Audience), Locale: lang}
	names, err := t.partnerNames(w.partners...)
	if err != nil {
		return snap, err
	}
	l := lens{audience: r.Audience, printed: true}
	if r.PartnerID != nil {
		l.partner = *r.PartnerID
		snap.ReaderName = names[l.partner]
	}
	for _, p := range w.partners {
		snap.PartnerNames = append(snap.PartnerNames, names[p.ID])
	}
	snap.PracticeName, snap.CoupleName = practice.Name, coupleName(snap.PartnerNames...)
	snap.Month, snap.PeriodFrom, snap.PeriodTo, snap.BuiltAt = when.from, when.from, when.until.AddDate(0, 0, -1), t.now.In(when.zone)
	snap.Programme = w.reportProgramme(lang)
	staff := make([]string, len(w.Therapists))
	for i, m := range w.Therapists {
		staff[i] = m.Name
	}
	snap.TherapistName = coupleName(staff...)
	if snap.TherapistNote, err = t.openText(reportPlace(r, "note"), r.Note); err != nil {
		return snap, err
	}
	edits, err := t.reportEdits(r)
	if err != nil {
		return snap, err
	}
	snap.Goals, snap.LeftOut = edits.Goals, edits.LeftOut
	if r.Correcting() && r.PublishedAt != nil {
		snap.Corrects = r.PublishedAt.In(when.zone)
	}
	snap.PortalURL = t.s.reportsURL()
	if snap.Brand, err = t.reportBrand(); err != nil {
		return snap, err
	}
	g := gathering{w: w, l: l, names: names, lang: lang}
	return snap, g.fill(&snap)
}

// gathering fills a snapshot with figures seen through a lens.
type gathering struct {
	w     *work
	l     lens
	names map[uuid.UUID]string
	lang  locale.Lang
}

func (g gathering) fill(snap *reports.Snapshot) error {
	snap.Programme.Breach = snap.Programme.Breach || repairs(g.w)
	weeks := g.w.weeks(g.l)
	for _, week := range weeks {
		snap.Homework.Weeks = append(snap.Homework.Weeks, reports.HomeworkWeek{From: week.from, Assigned: week.assigned, Done: week.done})
	}
	var err error
	if snap.Homework.Minutes, err = g.w.minutes(g.l); err != nil {
		return err
	}
	lines, err := g.reported()
	if err != nil {
		return err
	}
	drawn := g.w.charted(lines)
	snap.Trends = g.trends(drawn)
	if err := g.months(snap, lines, drawn); err != nil {
		return err
	}
	scores, err := g.w.scores(g.l)
	if err != nil {
		return err
	}
	snap.Instruments = g.instruments(scores)
	kept, err := g.w.agreements()
	if err != nil {
		return err
	}
	for _, a := range kept {
		snap.Agreements = append(snap.Agreements, g.agreement(a))
		if day := a.reviewOn.In(g.w.span.zone); day.After(g.w.span.now) {
			text := locale.For(g.lang).T("progress.next.review", "Title", a.title.In(string(g.lang)))
			snap.Reviews = append(snap.Reviews, reports.Review{On: day, Text: text})
		}
	}
	wins, err := g.w.wins(g.l)
	if err != nil {
		return err
	}
	for _, win := range wins {
		snap.Wins = append(snap.Wins, reports.Win{On: win.on.In(g.w.span.zone), Text: win.text, By: g.names[win.partner]})
	}
	count, next := g.w.sessions(g.l)
	snap.Sessions = reports.Sessions{Held: count.Held, Cancelled: count.Cancelled, Next: next}
	g.trace(snap, weeks, drawn, scores, kept, wins, count)
	if g.l.audience != forTherapist {
		return nil
	}
	if err := g.flags(snap, weeks, lines); err != nil {
		return err
	}
	g.topics(snap, lines, scores, kept)
	g.gaps(snap, lines, kept, count)
	return nil
}

func (g gathering) trends(drawn []line) []reports.Trend {
	var out []reports.Trend
	last := ""
	for _, found := range drawn { // The lines of one measure stand together.
		if found.measure.Kind == library.MeasureScore {
			continue // The questionnaires have a section of their own.
		}
		if found.key != last {
			last = found.key
			trend := reports.Trend{Title: found.measure.Title.In(string(g.lang)), Unit: found.measure.Unit.In(string(g.lang)), Min: found.min, Max: found.max, Area: found.area(), Sign: found.sign().Title.In(string(g.lang))}
			out = append(out, trend)
		}
		trend := &out[len(out)-1]
		trend.Min, trend.Max = min(trend.Min, found.min), max(trend.Max, found.max)
		shown := reports.TrendLine{Label: g.names[found.partner]}
		for _, p := range found.points {
			shown.Points = append(shown.Points, reports.TrendPoint{On: p.On.In(g.w.span.zone), Value: p.Value})
		}
		trend.Lines = append(trend.Lines, shown)
	}
	return out
}

func (g gathering) instruments(scores []score) []reports.InstrumentResult {
	var out []reports.InstrumentResult
	for _, s := range scores {
		result := reports.InstrumentResult{
			Title: s.exercise.Title.In(string(g.lang)), Who: g.names[s.partner], On: s.on.In(g.w.span.zone), Score: s.score, Max: s.max,
			Band: s.band(string(g.lang)), Previous: s.previous, Caveat: s.exercise.Scoring.Caveat.In(string(g.lang)),
		}
		if s.change != "" && s.exercise.Scoring.ReliableChange > 0 { // Up or down shows in the numbers.
			result.Change = locale.For(g.lang).T("outcome.change." + s.change)
		}
		if s.exercise.Scoring.Method != library.ScoreMostly { // Only bands on a scale can be drawn on one.
			for _, b := range s.exercise.Scoring.Bands {
				result.Bands = append(result.Bands, reports.InstrumentBand{From: b.From, To: b.To, Label: b.Label.In(string(g.lang))})
			}
			slices.SortFunc(result.Bands, func(a, b reports.InstrumentBand) int { return int(a.From*100) - int(b.From*100) })
		}
		for _, p := range s.history {
			result.History = append(result.History, reports.TrendPoint{On: p.On.In(g.w.span.zone), Value: p.Value})
		}
		out = append(out, result)
	}
	return out
}

// agreement counts by week how each point was kept, as it read when it was looked back on.
func (g gathering) agreement(a keptAgreement) reports.AgreementResult {
	out := reports.AgreementResult{Title: a.title.In(string(g.lang))}
	at := map[string]int{}
	point := func(id, label string) *reports.AgreementPoint {
		i, ok := at[id]
		if !ok {
			i = len(out.Points)
			at[id] = i
			out.Points = append(out.Points, reports.AgreementPoint{Label: label})
		}
		return &out.Points[i]
	}
	for _, p := range a.texts[a.revision].Points {
		point(p.ID, p.Agreement)
	}
	for _, r := range a.reviews {
		for _, p := range a.texts[r.result.Revision].Points {
			yes, asked := r.result.Kept[p.ID]
			if !asked {
				continue
			}
			countWeek(point(p.ID, p.Agreement), g.w.span.monday(r.on.In(g.w.span.zone)), yes)
		}
	}
	return out
}

func countWeek(p *reports.AgreementPoint, monday time.Time, kept bool) {
	if n := len(p.Weeks); n == 0 || !p.Weeks[n-1].From.Equal(monday) {
		p.Weeks = append(p.Weeks, reports.AgreementWeek{From: monday})
	}
	week := &p.Weeks[len(p.Weeks)-1]
	week.Asked++
	if kept {
		week.Kept++
	}
}
