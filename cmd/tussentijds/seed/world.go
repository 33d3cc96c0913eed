package seed

import (
	"context"
	"errors"
	"regexp"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

var noCouple uuid.UUID

// clock is a hand that is set; each couple has one, and the worker has one.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is where the hand stands.
func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

// set moves the hand on; it never goes back within a history.
func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.now) {
		c.now = at.UTC()
	}
}

// openGate lets every try through: nobody attacks a history.
type openGate struct{}

// Allow allows.
func (openGate) Allow(context.Context, string, int, time.Duration) (bool, time.Duration, error) {
	return true, 0, nil
}

// drawer takes the mails of the past and keeps the one-use tokens that stood in them.
type drawer struct {
	mu     sync.Mutex
	tokens map[string]string // address to the newest invitation.
}

var invitationLink = regexp.MustCompile(`/invitation/([A-Za-z0-9_-]+)`)

// Send takes all.
func (d *drawer) Send(_ context.Context, messages []care.Message) []error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range messages {
		if link := invitationLink.FindStringSubmatch(m.Text); link != nil {
			d.tokens[m.To] = link[1]
		}
	}
	return make([]error, len(messages))
}

func (d *drawer) token(address string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tokens[address]
}

// world is the demo's two practices and everyone in them.
type world struct {
	Options
	zone   *time.Location
	today  time.Time // midnight of the present day.
	mails  *drawer
	hand   *clock // the worker's.
	worker *care.Service
	words  *words
	houses map[string]*house
	lives  []*life
}

// house is a practice and its staff.
type house struct {
	id    uuid.UUID
	staff map[string]care.Actor // by first name.
}

func newWorld(o Options) (*world, error) {
	zone, err := time.LoadLocation("Europe/Amsterdam") // Brussels has the same time.
	if err != nil {
		return nil, err
	}
	text, err := readWords()
	if err != nil {
		return nil, err
	}
	local := o.Now.In(zone)
	w := &world{
		Options: o, zone: zone, today: time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone),
		mails: &drawer{tokens: map[string]string{}}, hand: &clock{}, words: text, houses: map[string]*house{},
	}
	w.worker = care.New(care.Deps{
		DB: o.Worker, Master: o.Master, Library: o.Library, Clock: w.hand, Limiter: openGate{}, Mailer: w.mails, Log: o.Log, BaseURL: o.BaseURL, Demo: true,
	})
	for _, s := range cast() {
		w.lives = append(w.lives, newLife(w, s))
	}
	return w, nil
}

// service makes a service that serves people, on a clock.
func (w *world) service(c *clock) *care.Service {
	return care.New(care.Deps{DB: w.App, Master: w.Master, Library: w.Library, Clock: c, Limiter: openGate{}, Log: w.Log, BaseURL: w.BaseURL, Demo: true})
}

// day is midnight of the nth day of the history; Days is today.
func (w *world) day(n int) time.Time { return w.today.AddDate(0, 0, n-Days) }

// at is a wall-clock moment of the nth day.
func (w *world) at(n, hour, minute int) time.Time {
	d := w.day(n)
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, w.zone)
}

// work does what the worker does at a moment: the clock's jobs, whatever is due, and the mails.
func (w *world) work(ctx context.Context, at time.Time) error {
	w.hand.set(at)
	if err := w.worker.Tick(ctx); err != nil {
		return err
	}
	for range 50 {
		jobs, err := w.worker.DueJobs(ctx, 200)
		if err != nil {
			return err
		}
		if len(jobs) == 0 {
			return w.post(ctx)
		}
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(4)
		for _, j := range jobs {
			group.Go(func() error {
				if err := w.worker.RunJob(ctx, j.PracticeID, j.ID); err != nil {
					return errors.Join(errors.New("job "+j.Kind), err)
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return fault.New(fault.Internal, "")
}

// post sends the reminders that are due.
func (w *world) post(ctx context.Context) error {
	for {
		batches, err := w.worker.ClaimDueReminders(ctx, 500)
		if err != nil || len(batches) == 0 {
			return err
		}
		for _, b := range batches {
			if err := w.worker.SendReminders(ctx, b); err != nil {
				return err
			}
		}
	}
}

// welcome accepts someone's invitation and gives who it became.
func (w *world) welcome(ctx context.Context, svc *care.Service, address, token, lang string, partner bool) (care.Actor, error) {
	if token == "" {
		token = w.mails.token(address)
	}
	in := care.AcceptInvitationInput{Password: Password, Locale: lang, Treatment: partner, SecretsPolicy: partner, ReportLine: partner}
	signed, err := svc.AcceptInvitation(ctx, token, in, "web", "127.0.0.1")
	if err != nil {
		return care.Actor{}, err
	}
	return svc.Authenticate(ctx, signed.Token, "web", "127.0.0.1")
}
