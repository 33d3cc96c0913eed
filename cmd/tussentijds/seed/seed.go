// Package seed makes the demo's data: two practices with fourteen weeks of history, lived through care's own verbs.
//
// Nothing is written past the rules. A clock is stepped through the past; on every simulated day the worker does what it
// would have done, staff and partners do what people do, and the mails of those days go into a drawer and not into the
// demo's mailbox. The same present day gives the same history.
package seed

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"tussentijds/care"
	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/internal/seal"
	"tussentijds/library"
)

// Password is that of every demo identity.
const Password = "Tussentijds-demo-1" // #nosec G101 -- the demo's, printed at every start.

// Owner is the address whose account tells that the demo people exist.
const Owner = "noor@debrug.example"

// Days is how much history is made before the present day: fourteen weeks.
const Days = 98

// Options are what the demo data stand on. Both pools are at the schema's newest version and hold no practice yet. Open
// them with synchronous_commit=off and plan_cache_mode=force_custom_plan: a plan that PostgreSQL keeps from when the tables
// were empty makes the whole about six times slower.
type Options struct {
	App     *db.DB // the serving role.
	Worker  *db.DB // the worker's role.
	Master  *seal.Master
	Library *library.Library
	BaseURL string
	Now     time.Time // the history ends here.
	Log     *slog.Logger
}

// Run makes the demo data in an empty database. It is not one transaction: whoever calls it keeps a lasting mark after it
// returned without an error, and begins anew on an empty database where that mark is missing. (The demo command keeps the
// file "seeded" in its data folder.)
func Run(ctx context.Context, o Options) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	w, err := newWorld(o)
	if err != nil {
		return err
	}
	if err := w.found(ctx); err != nil {
		return fmt.Errorf("seed: practices: %w", err)
	}
	for n := 0; n <= Days; n++ {
		if err := w.live(ctx, n); err != nil {
			return fmt.Errorf("seed: day %d: %w", n, err)
		}
	}
	if err := w.work(ctx, o.Now); err != nil {
		return fmt.Errorf("seed: the last day: %w", err)
	}
	return nil
}

// Done tells whether the demo people exist: whether someone can sign in as the owner of De Brug. It cannot tell a history
// that was finished from one that was cut off: see Run.
func Done(ctx context.Context, app *db.DB, master *seal.Master) (bool, error) {
	svc := care.New(care.Deps{DB: app, Master: master, Limiter: openGate{}, Demo: true})
	_, err := svc.SignIn(ctx, care.SignInInput{Email: Owner, Password: Password}, "api", "127.0.0.1", "")
	if fault.Is(err, fault.Unauthenticated) {
		return false, nil
	}
	return err == nil, err
}

// When the history's worker is at work: after six, from which on a month's reports are due.
const workerHour, workerMinute = 8, 30

// live plays one day: the worker in the morning, people until the evening, the reminders of the evening, and the rest.
func (w *world) live(ctx context.Context, n int) error {
	if at := w.at(n, workerHour, workerMinute); !at.After(w.Now) {
		if err := w.work(ctx, at); err != nil {
			return err
		}
	}
	for _, l := range w.lives {
		if l.joins != n {
			continue
		}
		if err := w.join(ctx, l, n); err != nil {
			return fmt.Errorf("%s: %w", l.key, err)
		}
	}
	evening := w.at(n, 20, 5)
	if err := w.everyone(ctx, func(ctx context.Context, l *life) error { return l.morning(ctx, n) }); err != nil {
		return err
	}
	if err := w.everyone(ctx, func(ctx context.Context, l *life) error { return l.run(ctx, evening) }); err != nil {
		return err
	}
	if !evening.After(w.Now) {
		w.hand.set(evening)
		if err := w.post(ctx); err != nil {
			return err
		}
	}
	return w.everyone(ctx, func(ctx context.Context, l *life) error { return l.run(ctx, w.at(n+1, 0, 0)) })
}

// everyone lets all couples live at the same time. Each has a clock and a service of its own, and they touch no common rows.
func (w *world) everyone(ctx context.Context, do func(context.Context, *life) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for _, l := range w.lives {
		if l.couple.ID == noCouple {
			continue
		}
		group.Go(func() error {
			if err := do(ctx, l); err != nil {
				return fmt.Errorf("%s: %w", l.key, err)
			}
			return nil
		})
	}
	return group.Wait()
}
