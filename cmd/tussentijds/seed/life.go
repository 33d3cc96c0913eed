package seed

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"tussentijds/care"
)

// event is something that happens in a couple's day.
type event struct {
	at time.Time
	do func(context.Context) error
}

// life is a couple while its history is made. Only one goroutine works on it at a time.
type life struct {
	story
	w         *world
	clock     *clock
	svc       *care.Service
	therapist care.Actor
	second    care.Actor // who treats along.
	office    care.Actor
	couple    care.CoupleView
	partners  [2]care.Actor
	gone      [2]bool // withdrew.
	events    []event
	visits    []visit
	noted     int // notes written so far.
	texts     map[string]*deck
	shared    map[string]any // what both tell alike.
}

func newLife(w *world, s story) *life {
	c := &clock{}
	return &life{story: s, w: w, clock: c, svc: w.service(c), texts: map[string]*deck{}, shared: map[string]any{}}
}

// dice gives chance that is the same whenever the same present day is seeded.
func (l *life) dice(parts ...any) *rand.Rand {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, l.key, l.w.today.Format(time.DateOnly), parts)
	return rand.New(rand.NewPCG(h.Sum64(), 14)) // #nosec G404 -- invented answers need no secrecy.
}

// mood is how one partner is on a day, from 0 to 1: the line of their story, a slow wave and the day's own weather.
func (l *life) mood(who, n int) float64 {
	line := l.people[who].line
	place := float64(n) / float64(Days) * float64(len(line)-1)
	i := min(int(place), len(line)-2)
	m := line[i] + (line[i+1]-line[i])*(place-float64(i))
	r := l.dice("mood", who, n)
	m += 0.05*math.Sin(float64(n)/4+float64(who)) + (r.Float64()-0.5)*0.26
	return min(max(m, 0.02), 0.98)
}

// plan adds something to the day.
func (l *life) plan(at time.Time, do func(context.Context) error) {
	l.events = append(l.events, event{at, do})
}

// run lets happen what was planned up to a moment, in order, and nothing that is still to come.
func (l *life) run(ctx context.Context, until time.Time) error {
	for {
		next := -1
		for i, e := range l.events {
			if !e.at.After(until) && (next < 0 || e.at.Before(l.events[next].at)) {
				next = i
			}
		}
		if next < 0 {
			return nil
		}
		e := l.events[next]
		l.events = slices.Delete(l.events, next, next+1)
		if e.at.After(l.w.Now) {
			continue
		}
		l.clock.set(e.at)
		if err := e.do(ctx); err != nil {
			return err
		}
	}
}

// away tells whether a day lies in the holiday week: the practice is closed and hardly anyone does homework.
func away(n int) bool { return n >= 43 && n < 50 }

// morning plans a couple's day and lives it until after lunch, when it is known which homework is open.
func (l *life) morning(ctx context.Context, n int) error {
	midday := l.w.at(n, 13, 40)
	if n < l.joins || l.waits {
		return nil
	}
	l.planReports(n)
	if l.ends > 0 && n > l.ends {
		return l.run(ctx, midday)
	}
	if n == l.joins {
		if err := l.begin(ctx, n); err != nil {
			return err
		}
	}
	l.planDesk(n)
	l.correspond(n)
	l.planVisits(n)
	if err := l.run(ctx, midday); err != nil {
		return err
	}
	if n == Days || midday.After(l.w.Now) { // Today's homework is left to whoever looks at the demo.
		return nil
	}
	l.clock.set(midday)
	for who := range l.partners {
		if err := l.planHomework(ctx, who, n); err != nil {
			return err
		}
	}
	return nil
}

// begin is the first day: the first sessions are booked.
func (l *life) begin(ctx context.Context, n int) error {
	l.clock.set(l.w.at(n, 10, 40))
	for range 3 {
		if err := l.book(ctx); err != nil {
			return err
		}
	}
	return nil
}
