package seed

import (
	"context"
	"errors"
	"time"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// homework is an exercise that a couple or one partner gets.
type homework struct {
	exercise string
	who      int // 0 both, 1 the first, 2 the second partner.
	kind     string
	times    int
	rule     string
	at       string
	from     int          // the day on which it is given.
	weekday  time.Weekday // with weekly and rrule: the first such day from then on; with once the due day is due.
	due      int
	until    int // the last day; zero for no end.
}

// give assigns a homework on its day.
func (l *life) give(ctx context.Context, h homework) error {
	in := care.AssignExerciseInput{ExerciseID: h.exercise, For: "both", Schedule: care.ScheduleInput{Kind: h.kind, Times: h.times, RRule: h.rule, At: h.at}}
	if h.who > 0 {
		in.For = l.partners[h.who-1].ID.String()
	}
	first := l.w.day(h.from)
	switch h.kind {
	case "once":
		first = l.w.day(h.due)
	case "weekly", "rrule":
		for first.Weekday() != h.weekday {
			first = first.AddDate(0, 0, 1)
		}
	}
	in.StartsOn = string(models.DayOf(first))
	if h.until > 0 {
		in.EndsOn = string(models.DayOf(l.w.day(h.until)))
	}
	_, err := l.svc.AssignExercise(ctx, l.therapist, l.couple.ID, in)
	return err
}

// planHomework decides what a partner does today of what is open.
func (l *life) planHomework(ctx context.Context, who, n int) error {
	if l.gone[who] || l.breaks(n) {
		return nil
	}
	open, err := l.svc.ListTasks(ctx, l.partners[who], "open", care.Page{Limit: 100})
	if err != nil {
		return err
	}
	mood := l.mood(who, n)
	chance := l.people[who].diligence * (0.72 + 0.4*mood)
	if away(n) {
		chance *= 0.12
	}
	dawn, dusk := l.w.day(n), l.w.at(n, 23, 40)
	for _, t := range open.Data {
		r := l.dice("task", who, n, t.Exercise.ID)
		due := t.DueAt.In(l.w.zone)
		chance := chance
		if kind := t.Exercise.Schedule.Kind; kind == library.ScheduleWeekly || kind == library.ScheduleMonthly { // Rare things are missed less.
			chance = 1 - (1-chance)*0.55
			if away(n) {
				chance = 0.2
			}
		}
		long := t.Exercise.Schedule.Kind == library.ScheduleOnce || t.Exercise.Kind == library.KindAgreement
		switch {
		case due.Before(dawn) && r.Float64() > 0.3*chance: // Yesterday's, or older: sometimes made up for.
			continue
		case !due.Before(dawn) && due.After(dusk): // For a later day.
			continue
		case !long && r.Float64() > chance: // A letter or an agreement gets written, sooner or later.
			continue
		}
		at := due.Add(time.Duration(r.IntN(150)-45) * time.Minute)
		if earliest := l.w.at(n, 13, 45).Add(time.Duration(r.IntN(300)) * time.Minute); at.Before(earliest) {
			at = earliest
		}
		if at.After(dusk) {
			at = dusk.Add(-time.Duration(r.IntN(90)) * time.Minute)
		}
		if !at.Before(t.ClosesAt) {
			continue
		}
		l.plan(at, func(ctx context.Context) error { return l.answer(ctx, who, n, t) })
	}
	return nil
}

// answer does a task.
func (l *life) answer(ctx context.Context, who, n int, t care.TaskView) error {
	a := &author{l: l, who: who, n: n, mood: l.mood(who, n), r: l.dice("answer", who, n, t.Exercise.ID), lang: l.people[who].lang, name: l.people[who].name}
	if t.Exercise.Kind == library.KindAgreement { // Who comes second confirms what the first one wrote.
		task, err := l.svc.Task(ctx, l.partners[who], t.ID)
		if err != nil {
			return err
		}
		a.before = task.Draft
	}
	_, err := l.svc.CompleteTask(ctx, l.partners[who], t.ID, a.fill(t.Exercise))
	if fault.Is(err, fault.Conflict) { // It was stopped meanwhile: that happens to people too.
		return nil
	}
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		return errors.Join(errors.New(t.Exercise.ID+" "+f.Fields[0].Location), err)
	}
	return err
}
