package care

import (
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// signsOfRecovery gives the sign of recovery that each measure belongs to, by exercise.measure (content brief, section 7).
var signsOfRecovery = sync.OnceValue(func() map[string]*library.Indicator {
	out := map[string]*library.Indicator{}
	for _, i := range library.Indicators() {
		for _, m := range i.Measures {
			if _, taken := out[m]; !taken {
				out[m] = &i
			}
		}
	}
	return out
})

// noSign is what a measure without a sign belongs to.
var noSign = &library.Indicator{}

// signAreas says in which section a sign stands; the others go with connection.
var signAreas = map[string]string{
	"communication": reports.AreaCommunication, "conflict": reports.AreaCommunication, "patterns": reports.AreaCommunication, "positive-ratio": reports.AreaCommunication,
	"agreements": reports.AreaCommunication, "intrusive-thoughts": reports.AreaTrust, "checking": reports.AreaTrust, "triggers": reports.AreaTrust,
	"safety-feeling": reports.AreaTrust, "reliability": reports.AreaTrust, "openness": reports.AreaTrust, "responsibility": reports.AreaTrust, "forgiveness-fruit": reports.AreaTrust,
}

// goalAreas says in which section a measure without a sign stands, by the first of its exercise's goals that has one.
var goalAreas = map[string]string{
	"communication": reports.AreaCommunication, "conflict": reports.AreaCommunication, "honesty": reports.AreaTrust,
	"trust": reports.AreaTrust, "repair": reports.AreaTrust, "connection": reports.AreaConnection, "intimacy": reports.AreaConnection,
}

// signOf is the sign that a measure, exercise.measure, belongs to, or an empty one.
func signOf(measure string) *library.Indicator {
	if sign := signsOfRecovery()[measure]; sign != nil {
		return sign
	}
	return noSign
}

func (l *line) sign() *library.Indicator { return signOf(l.key) }

func (l *line) area() string {
	if sign := l.sign(); sign.ID != "" {
		if area, ok := signAreas[sign.ID]; ok {
			return area
		}
		return reports.AreaConnection
	}
	for _, goal := range l.exercise.Goals {
		if area, ok := goalAreas[goal]; ok {
			return area
		}
	}
	return reports.AreaConnection
}

// breachProgrammes repair trust after a breach.
var breachProgrammes = []string{"infidelity-3-phase", "trust-7-steps", "affair-recovery-6", "rebuild-8-tips", "offender-6"}

// repairs tells whether the couple repairs trust after a breach: its programme says so, or the parts that the two have in it.
func repairs(w *work) bool {
	if w.couple.Programme != nil && slices.Contains(breachProgrammes, *w.couple.Programme) {
		return true
	}
	return slices.ContainsFunc(w.partners, func(p models.Partner) bool { return p.Role == library.RoleHurt || p.Role == library.RoleRepairing })
}

// reviewsAhead is how far ahead a report tells of a review.
const reviewsAhead = 62 * 24 * time.Hour

// programmeReviews gives a programme's reviews of the coming two months, by the first day on which each often lies.
func programmeReviews(p library.Programme, started time.Time, when span, lang locale.Lang) []reports.Review {
	var out []reports.Review
	for _, r := range p.Reviews {
		from, _ := reviewDays(started, when.now, r)
		on, err := time.ParseInLocation(time.DateOnly, from, when.zone)
		if err == nil && on.After(when.now) && on.Before(when.now.Add(reviewsAhead)) {
			out = append(out, reports.Review{On: on, Text: r.Title.In(string(lang))})
		}
	}
	return out
}

// reportsURL is where partners read their reports on a screen.
func (s *Service) reportsURL() string {
	if s.BaseURL == "" {
		return ""
	}
	return s.BaseURL + "/portal/reports"
}

// reported gives the lines that a report may show: a sign that stays with the therapist is in no other report, not even the
// own one.
func (g gathering) reported() ([]line, error) {
	lines, err := g.w.lines(g.l)
	if err != nil || g.l.audience == forTherapist {
		return lines, err
	}
	return slices.DeleteFunc(lines, func(l line) bool { return l.sign().Consent == library.ConsentTherapist }), nil
}

// The most rows of a table by month in one section: partners look for what matters, therapists for what is there.
const (
	mostMonths          = 6
	mostMonthsTherapist = 12
)

// monthsShown is how many months a report looks back on.
const monthsShown = 3

// months gives, month by month, how often the two saw the same of a promise, the signs that have too few values for a line, and
// the ratio of warm to rough moments.
func (g gathering) months(snap *reports.Snapshot, lines, drawn []line) error {
	skip, rows := map[string]bool{}, map[string]int{}
	for _, l := range drawn {
		skip[l.key] = true
	}
	most := mostMonths
	if g.l.audience == forTherapist {
		most = mostMonthsTherapist
	}
	add := func(f reports.MonthFigure, responses []uuid.UUID) {
		if rows[f.Area] < most && slices.ContainsFunc(f.Months, func(p reports.TrendPoint) bool { return !p.Gap }) {
			rows[f.Area]++
			from(snap, reports.Numbered("month", len(snap.Months)), reports.FromResponses, responses...)
			snap.Months = append(snap.Months, f)
		}
	}
	same, both, ok, err := g.samePicture()
	if err != nil {
		return err
	}
	if ok {
		add(same, both)
	}
	for _, l := range lines {
		if skip[l.key] || l.measure.Kind == library.MeasureScore || l.sign().ID == "" && g.l.audience != forTherapist {
			continue
		}
		f := reports.MonthFigure{Area: l.area(), Sign: l.sign().Title.In(string(g.lang)), Title: l.measure.Title.In(string(g.lang)), Who: g.who(l.partner), Share: l.measure.Kind == library.MeasureYesShare}
		for i := range monthsShown {
			f.Months = append(f.Months, g.month(&l, i))
		}
		add(f, l.rows)
	}
	for _, warm := range lines {
		if warm.key != warmMoments {
			continue
		}
		if at := slices.IndexFunc(lines, func(l line) bool { return l.key == roughMoments && l.partner == warm.partner }); at >= 0 {
			add(g.ratio(&warm, &lines[at]), warm.rows)
		}
	}
	return nil
}

// who names a partner, unless it is the reader.
func (g gathering) who(partner uuid.UUID) string {
	if g.l.audience == forPartner {
		return ""
	}
	return g.names[partner]
}

// month gives a line's value in the month that is i months after the first shown: the mean, or the total of what is counted.
func (g gathering) month(l *line, i int) reports.TrendPoint {
	from := g.w.span.trendsFrom.AddDate(0, i, 0)
	total, n := l.within(models.DayOf(from), models.DayOf(from.AddDate(0, 1, 0)))
	if n == 0 {
		return reports.TrendPoint{On: from, Gap: true}
	}
	if l.measure.Kind != library.MeasureCount && l.measure.Kind != library.MeasureSum {
		total /= float64(n)
	}
	return reports.TrendPoint{On: from, Value: total}
}

// within adds up the line's values from one day until another.
func (l *line) within(from, until models.Day) (total float64, n int) {
	for _, p := range l.points {
		if p.On >= from && p.On < until {
			total, n = total+p.Value, n+1
		}
	}
	return total, n
}

// The exercise that weighs warm moments against rough ones, with its measures.
const (
	warmAgainstRough = "ratio-5-1"
	warmMoments      = warmAgainstRough + ".warm"
	roughMoments     = warmAgainstRough + ".rough"
)

// ratio gives how many warm moments a partner noticed for one rough moment.
func (g gathering) ratio(warm, rough *line) reports.MonthFigure {
	f := reports.MonthFigure{Area: warm.area(), Sign: warm.sign().Title.In(string(g.lang)), Title: locale.For(g.lang).T("progress.sign.ratio"), Who: g.who(warm.partner)}
	for i := range monthsShown {
		w, r := g.month(warm, i), g.month(rough, i)
		if w.Gap || r.Gap || r.Value <= 0 {
			f.Months = append(f.Months, reports.TrendPoint{On: w.On, Gap: true})
			continue
		}
		f.Months = append(f.Months, reports.TrendPoint{On: w.On, Value: w.Value / r.Value})
	}
	return f
}
