package care

import (
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// What makes a topic: a difference of this part of a scale, with at least so many values on each side.
const (
	moved      = 0.15
	apart      = 0.3
	fewValues  = 2
	mostTopics = 6
)

// topics gives the therapist what may be worth a talk, with the facts it follows from. They come from figures alone, name no
// winner, and follow fixed rules: a questionnaire that changed beyond chance, a measure that moved, an agreement that was kept
// less than half of the times, an exercise left more often than done, and two who see one thing very differently.
func (g gathering) topics(snap *reports.Snapshot, lines []line, scores []score, kept []keptAgreement) {
	add := func(t reports.Topic, kind string, rows ...uuid.UUID) {
		if len(snap.Discuss) < mostTopics {
			from(snap, reports.Numbered("discuss", len(snap.Discuss)), kind, rows...)
			snap.Discuss = append(snap.Discuss, t)
		}
	}
	g.changedScores(scores, add)
	g.movedLines(lines, add)
	g.weakAgreements(snap, kept, add)
	g.leftExercises(add)
	g.farApart(lines, add)
}

// addTopic takes a topic with the rows it follows from.
type addTopic func(t reports.Topic, kind string, rows ...uuid.UUID)

func (g gathering) topic(key string, args ...any) reports.Topic {
	l := locale.For(g.lang)
	return reports.Topic{Text: l.T("progress.topic."+key, args...), Why: l.T("progress.topic."+key+".why", args...)}
}

func (g gathering) decimal(v float64) string {
	v = math.Round(v*10) / 10
	if v == math.Trunc(v) {
		return locale.For(g.lang).Decimal(v, 0)
	}
	return locale.For(g.lang).Decimal(v, 1)
}

func (g gathering) changedScores(scores []score, add addTopic) {
	for _, s := range scores {
		if s.previous == nil || s.exercise.Scoring.ReliableChange <= 0 || s.change != ChangedBetter && s.change != ChangedWorse {
			continue
		}
		add(g.topic("score."+s.change, "Title", s.exercise.Title.In(string(g.lang)), "Name", g.names[s.partner], "Before", g.decimal(*s.previous), "Now", g.decimal(s.score)),
			reports.FromResponses, s.rows...)
	}
}

// movedLines finds measures whose mean of the month differs clearly from the two months before.
func (g gathering) movedLines(lines []line, add addTopic) {
	for _, l := range lines {
		if l.sign().ID == "" || !l.onScale() {
			continue
		}
		before, n := l.within(g.w.span.trendsDay(), g.w.span.month)
		now, m := l.within(g.w.span.month, g.w.span.untilDay())
		if n < fewValues || m < fewValues {
			continue
		}
		before, now = before/float64(n), now/float64(m)
		if math.Abs(now-before) < moved*(l.max-l.min) {
			continue
		}
		key := "moved"
		if l.measure.HigherIsBetter && now > before {
			key = "moved.up"
		}
		factor := 1.0
		unit := ""
		if l.measure.Kind == library.MeasureYesShare {
			factor, unit = 100, "%"
		}
		add(g.topic(key, "Title", l.measure.Title.In(string(g.lang)), "Name", g.names[l.partner], "Before", g.decimal(before*factor)+unit, "Now", g.decimal(now*factor)+unit, "N", n, "M", m),
			reports.FromResponses, l.rows...)
	}
}

// onScale tells whether the line's values mean the same whatever their number.
func (l line) onScale() bool {
	return l.max > l.min && (l.measure.Kind == library.MeasureScale || l.measure.Kind == library.MeasureChoice || l.measure.Kind == library.MeasureYesShare)
}

func (g gathering) weakAgreements(snap *reports.Snapshot, kept []keptAgreement, add addTopic) {
	for i, a := range snap.Agreements {
		for _, p := range a.Points {
			yes, asked := 0, 0
			for _, w := range p.Weeks {
				yes, asked = yes+w.Kept, asked+w.Asked
			}
			if asked < fewValues || yes*2 >= asked {
				continue
			}
			var rows []uuid.UUID
			for _, r := range kept[i].reviews {
				rows = append(rows, r.id)
			}
			add(g.topic("agreement", "Title", a.Title, "Point", p.Label, "Kept", yes, "Asked", asked), reports.FromReviews, rows...)
		}
	}
}

// given is the month's tasks of one partner on one exercise.
type given struct {
	partner  uuid.UUID
	exercise *library.Exercise
	done     int
	rows     []uuid.UUID
	left     []uuid.UUID
}

// homeworkOf gives the month's tasks by partner and exercise. Private questions and the like are in no report.
func (g gathering) homeworkOf() []given {
	var out []given
	for _, task := range g.w.Tasks {
		e := g.w.forms[task.FormID]
		if neverShown(e) || !g.w.counts(task) {
			continue
		}
		at := slices.IndexFunc(out, func(o given) bool { return o.partner == task.PartnerID && o.exercise.ID == e.ID })
		if at < 0 {
			at = len(out)
			out = append(out, given{partner: task.PartnerID, exercise: e})
		}
		out[at].rows = append(out[at].rows, task.ID)
		if task.Status == models.TaskDone {
			out[at].done++
		} else {
			out[at].left = append(out[at].left, task.ID)
		}
	}
	slices.SortStableFunc(out, func(a, b given) int {
		if c := g.w.position(a.partner) - g.w.position(b.partner); c != 0 {
			return c
		}
		return strings.Compare(a.exercise.ID, b.exercise.ID)
	})
	return out
}

// fewestGiven is how many tasks an exercise needs before leaving it says something.
const fewestGiven = 3

func (g gathering) leftExercises(add addTopic) {
	for _, o := range g.homeworkOf() {
		if n := len(o.rows); n >= fewestGiven && o.done*2 < n {
			add(g.topic("left", "Title", o.exercise.Title.In(string(g.lang)), "Name", g.names[o.partner], "Done", o.done, "Of", n), reports.FromTasks, o.rows...)
		}
	}
}

// farApart finds measures that the two see very differently in the month.
func (g gathering) farApart(lines []line, add addTopic) {
	for i, a := range lines {
		if i+1 == len(lines) || lines[i+1].key != a.key || !a.onScale() || a.measure.Kind == library.MeasureYesShare {
			continue
		}
		b := lines[i+1]
		one, n := a.within(g.w.span.month, g.w.span.untilDay())
		two, m := b.within(g.w.span.month, g.w.span.untilDay())
		if n < fewValues || m < fewValues {
			continue
		}
		one, two = one/float64(n), two/float64(m)
		if low, high := min(a.min, b.min), max(a.max, b.max); math.Abs(one-two) < apart*(high-low) {
			continue
		}
		add(g.topic("apart", "Title", a.measure.Title.In(string(g.lang)), "A", g.names[a.partner], "B", g.names[b.partner], "One", g.decimal(one), "Two", g.decimal(two)),
			reports.FromResponses, append(slices.Clone(a.rows), b.rows...)...)
	}
}

// mostFacts bounds what is told of one partner's gaps.
const mostFacts = 8

// gaps gives the therapist, by partner and in facts, what was not done and what there is no data of.
func (g gathering) gaps(snap *reports.Snapshot, lines []line, kept []keptAgreement, count SessionCount) {
	l := locale.For(g.lang)
	homework := g.homeworkOf()
	for _, p := range g.w.partners {
		gap := reports.Gap{Who: g.names[p.ID]}
		figure := reports.Numbered("gap", len(snap.Gaps))
		for _, o := range homework {
			if o.partner == p.ID && len(o.left) > 0 && len(gap.Facts) < mostFacts {
				gap.Facts = append(gap.Facts, l.T("progress.gap.left", "Title", o.exercise.Title.In(string(g.lang)), "Left", len(o.left), "Of", len(o.rows)))
				from(snap, figure, reports.FromTasks, o.left...)
			}
		}
		for _, line := range lines {
			if line.partner != p.ID || line.sign().ID == "" || len(gap.Facts) >= mostFacts {
				continue
			}
			_, before := line.within(g.w.span.trendsDay(), g.w.span.month)
			if _, now := line.within(g.w.span.month, g.w.span.untilDay()); before > 0 && now == 0 {
				gap.Facts = append(gap.Facts, l.T("progress.gap.stopped", "Title", line.measure.Title.In(string(g.lang))))
				from(snap, figure, reports.FromResponses, line.rows...)
			}
		}
		if len(gap.Facts) > 0 {
			snap.Gaps = append(snap.Gaps, gap)
		}
	}
	g.jointGaps(snap, kept, count)
}

func (g gathering) jointGaps(snap *reports.Snapshot, kept []keptAgreement, count SessionCount) {
	l := locale.For(g.lang)
	both := reports.Gap{}
	figure := reports.Numbered("gap", len(snap.Gaps))
	if count.Cancelled > 0 {
		both.Facts = append(both.Facts, l.N("report.period.cancelled", count.Cancelled))
		from(snap, figure, reports.FromSessions, count.rows...)
	}
	for _, a := range kept {
		if len(a.reviews) == 0 && len(both.Facts) < mostFacts {
			both.Facts = append(both.Facts, l.T("progress.gap.unreviewed", "Title", a.title.In(string(g.lang))))
			from(snap, figure, reports.FromAgreements, a.id)
		}
	}
	if len(both.Facts) > 0 {
		snap.Gaps = append(snap.Gaps, both)
	}
}
