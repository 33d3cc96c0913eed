package care

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// YearInput asks for an overview of twelve months.
type YearInput struct {
	Month     string // the last of the twelve, YYYY-MM; the present one when left out.
	Audience  string // couple, partner, therapist: whose eyes it passes; therapist when left out.
	PartnerID uuid.UUID
}

const (
	yearMonths = 12
	yearWins   = 40
)

// YearOverview gives twelve months on paper: months in figures, the path through programmes, what went well, agreements,
// questionnaires and the therapist's words as they were approved. It passes the same lens as a report for its audience, with the
// same consents. It is kept nowhere and put out nowhere: who treats the couple prints it, reads it and hands it over, and a
// version for the two or for one of them is printed by who may approve reports (ADR 0031). Faults: not_found, forbidden,
// invalid.
func (s *Service) YearOverview(ctx context.Context, actor Actor, coupleID uuid.UUID, in YearInput) ([]byte, error) {
	var year reports.Year
	err := s.inPractice(ctx, actor, func(t *txn) error {
		need := decide
		if in.Audience == "" || in.Audience == forTherapist {
			in.Audience, need = forTherapist, readClinical
		}
		couple, err := t.coupleFor(coupleID, need)
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		last, err := spanOf(in.Month, t.now, practice.Zone())
		if err != nil {
			return err
		}
		partners, err := models.PartnersOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		l := lens{audience: in.Audience, printed: true}
		lang := actor.Locale
		switch in.Audience {
		case forCouple, forTherapist:
		case forPartner:
			p, ok := partnerOf(partners, in.PartnerID)
			if !ok {
				return fault.Fieldf("partner_id", "error.field.recipients", nil)
			}
			l.partner = p.ID
			lang, _ = locale.Parse(p.Locale)
		default:
			return fault.Fieldf("audience", "error.field.choice", nil)
		}
		y := yearly{t: t, couple: couple, l: l, lang: lang, zone: practice.Zone(), from: last.from.AddDate(0, 1-yearMonths, 0), until: last.until}
		if year, err = y.gather(practice); err != nil {
			return err
		}
		read := act{verb: "print", object: "year", objectID: couple.ID, coupleID: couple.ID}
		if in.Audience == forPartner {
			read.coupleID, read.partnerID = uuid.Nil, l.partner
			t.note(read)
			return nil
		}
		t.noteJointFor(partners, read)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reports.BuildDocument(year.Document())
}

// yearly gathers a year through a lens.
type yearly struct {
	t           *txn
	couple      models.Couple
	l           lens
	lang        locale.Lang
	zone        *time.Location
	from, until time.Time
	w           *work
	names       map[uuid.UUID]string
}

func (y *yearly) gather(practice models.Practice) (reports.Year, error) {
	out := reports.Year{
		Audience: reports.Audience(y.l.audience), Locale: y.lang, Practice: practice.Name, From: y.from, To: y.until.AddDate(0, 0, -1), BuiltAt: y.t.now.In(y.zone),
	}
	var err error
	y.w, err = y.t.workOf(y.couple, span{month: models.DayOf(y.from), from: y.from, until: y.until, trendsFrom: y.from, earliest: y.from, now: y.t.now, zone: y.zone})
	if err != nil {
		return out, err
	}
	if y.names, err = y.t.partnerNames(y.w.partners...); err != nil {
		return out, err
	}
	if out.Therapist, err = y.t.therapistNames(y.couple.ID); err != nil {
		return out, err
	}
	var both []string
	for _, p := range y.w.partners {
		both = append(both, y.names[p.ID])
	}
	if out.For = coupleName(both...); y.l.audience == forPartner {
		out.For = y.names[y.l.partner]
	}
	if out.Brand, err = y.t.reportBrand(); err != nil {
		return out, err
	}
	for _, fill := range []func(*reports.Year) error{y.months, y.path, y.scores, y.wins, y.words} {
		if err := fill(&out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// months counts what each month had; sessions as the lens knows them, and agreements by the day they were looked back on.
func (y *yearly) months(out *reports.Year) error {
	scope := models.SessionScope{CoupleID: y.couple.ID, From: y.from, Until: y.until}
	if y.l.audience == forPartner {
		scope.PartnerID = y.l.partner
	}
	sessions, err := models.Sessions(y.t.DB, scope, 0, 1000)
	if err != nil {
		return err
	}
	kept, err := y.w.agreements()
	if err != nil {
		return err
	}
	for from := y.from; from.Before(y.until); from = from.AddDate(0, 1, 0) {
		month := reports.YearMonth{From: from}
		one := *y.w // The same work, looked at a month at a time.
		one.span.month, one.span.from, one.span.until = models.DayOf(from), from, from.AddDate(0, 1, 0)
		for _, week := range one.weeks(y.l) {
			month.Done, month.Assigned = month.Done+week.done, month.Assigned+week.assigned
		}
		for _, s := range sessions {
			if s.Status == models.SessionHeld && one.span.in(s.StartsAt) && (y.l.audience != forCouple || s.Kind == conjoint) {
				month.Sessions++
			}
		}
		for _, a := range kept {
			yes, asked := keptIn(a, one.span)
			month.Kept, month.Asked = month.Kept+yes, month.Asked+asked
		}
		if len(out.Months) == 0 && month == (reports.YearMonth{From: from}) {
			continue // The year begins where their work did.
		}
		out.Months = append(out.Months, month)
	}
	for _, a := range kept {
		yes, asked := keptIn(a, y.w.span)
		out.Agreements = append(out.Agreements, reports.YearAgreement{Title: a.title.In(string(y.lang)), Kept: yes, Asked: asked})
	}
	return nil
}

// keptIn counts how often an agreement was asked about in a span and how often it was kept.
func keptIn(a keptAgreement, s span) (kept, asked int) {
	for _, r := range a.reviews {
		if !s.in(r.on.In(s.zone)) {
			continue
		}
		for _, yes := range r.result.Kept {
			asked++
			if yes {
				kept++
			}
		}
	}
	return kept, asked
}

// path is the phases that the couple came to, with their days. A programme that no portal shows stands in the therapist's
// version alone, and to the two nothing of it shows while joint work stands still, as in the portal (design decision 15).
func (y *yearly) path(out *reports.Year) error {
	if y.l.audience != forTherapist && !jointNow(y.couple, y.w.partners) {
		return nil
	}
	rows, err := models.ProgrammesOf(y.t.DB, y.couple.ID)
	if err != nil || len(rows) == 0 {
		return err
	}
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	steps, err := models.StepsOf(y.t.DB, ids...)
	if err != nil {
		return err
	}
	in := string(y.lang)
	for _, row := range rows {
		p, _, err := y.t.programmeOf(row)
		if err != nil {
			return err
		}
		if p.Unshown && y.l.audience != forTherapist {
			continue
		}
		for _, s := range steps {
			at := s.CreatedAt.In(y.zone)
			if s.CoupleProgrammeID != row.ID || s.PhaseTo == nil || *s.PhaseTo < 1 || *s.PhaseTo > len(p.Phases) || at.Before(y.from) || !at.Before(y.until) ||
				s.Kind != models.StepStart && s.Kind != models.StepMove {
				continue
			}
			out.Path = append(out.Path, reports.YearStep{Programme: p.Title.In(in), Phase: p.Phases[*s.PhaseTo-1].Title.In(in), On: at})
		}
	}
	slices.SortStableFunc(out.Path, func(a, b reports.YearStep) int { return a.On.Compare(b.On) })
	return nil
}

// scores are the questionnaires over the year, a line for each partner whose line the lens shows.
func (y *yearly) scores(out *reports.Year) error {
	lines, err := y.w.lines(y.l)
	if err != nil {
		return err
	}
	last := ""
	for _, found := range lines {
		if found.measure.Kind != library.MeasureScore || found.exercise.ID == libraryScreening {
			continue
		}
		if found.exercise.ID != last {
			last = found.exercise.ID
			out.Scores = append(out.Scores, reports.Trend{Title: found.exercise.Title.In(string(y.lang)), Min: found.min, Max: found.max})
		}
		trend := &out.Scores[len(out.Scores)-1]
		trend.Min, trend.Max = min(trend.Min, found.min), max(trend.Max, found.max)
		drawn := reports.TrendLine{Label: y.names[found.partner]}
		for _, p := range found.points {
			drawn.Points = append(drawn.Points, reports.TrendPoint{On: p.On.In(y.zone), Value: p.Value})
		}
		trend.Lines = append(trend.Lines, drawn)
	}
	return nil
}

func (y *yearly) wins(out *reports.Year) error {
	wins, err := y.w.wins(y.l)
	if err != nil {
		return err
	}
	if len(wins) > yearWins { // The newest: the others stood in their months' reports.
		wins = wins[len(wins)-yearWins:]
	}
	for _, win := range wins {
		out.Wins = append(out.Wins, reports.Win{On: win.on.In(y.zone), Text: win.text, By: y.names[win.partner]})
	}
	return nil
}

// words are the therapist's, month by month, as they stand in reports that were put out: the couple's, and for a partner the
// own ones too. They are read from the revision that was approved.
func (y *yearly) words(out *reports.Year) error {
	rows, err := models.ShownReports(y.t.DB, y.couple.ID, models.DayOf(y.from), models.DayOf(y.until))
	if err != nil {
		return err
	}
	said := map[string]bool{}
	for _, r := range rows {
		if r.Audience == forTherapist || r.PartnerID != nil && *r.PartnerID != y.l.partner {
			continue
		}
		shown, err := y.t.revisionOf(r, *r.ShownRevision)
		if err != nil {
			return err
		}
		var snapshot reports.Snapshot
		ok, err := y.t.openJSON(shown.place("snapshot"), shown.snapshot, &snapshot)
		if err != nil {
			return err
		}
		paragraphs := paragraphsOf(snapshot.TherapistNote)
		key := string(r.Month) + strings.Join(paragraphs, "\n")
		if !ok || len(paragraphs) == 0 || said[key] {
			continue
		}
		said[key] = true
		out.Words = append(out.Words, reports.YearWords{Month: r.Month.In(y.zone), Paragraphs: paragraphs})
	}
	return nil
}
