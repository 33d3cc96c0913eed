// Package care holds every use case of Tussentijds, in verbs: it validates, authorises, transacts, audits and queues.
//
// The JSON API, the web pages and the worker call the same verbs, so no rule and no right is written twice. A verb reads
// Verb(ctx, actor, input) (result, error); every error it returns is a fault.Error or becomes one at the edge. Rights are
// pure functions in policy*.go. What one may not know of is fault.NotFound, with the same body as what is not there.
package care

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/internal/seal"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// Clock tells the time; tests set it.
type Clock interface{ Now() time.Time }

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now is the present moment in UTC.
func (SystemClock) Now() time.Time { return time.Now().UTC() }

// Queue wakes a worker. It may lose a wake-up: the sweeper finds what is due in PostgreSQL.
type Queue interface {
	// Wake says that a job is due. It carries ids, never content.
	Wake(ctx context.Context, kind string, practiceID, jobID uuid.UUID)
}

// Limiter bounds tries, atomically and for all processes together.
type Limiter interface {
	// Allow counts one try on key and tells whether it stays within limit a window; if not, how long to wait. An error
	// means that it cannot tell: sign-in then fails closed.
	Allow(ctx context.Context, key string, limit int, window time.Duration) (ok bool, wait time.Duration, err error)
}

// Mailer sends messages; the errors stand in the order of the messages, nil for a sent one.
type Mailer interface {
	Send(ctx context.Context, messages []Message) []error
}

// Message is one mail, ready to go. Text and HTML hold nothing that a stranger or the other partner may learn.
type Message struct {
	ID       string // Message-ID without brackets, made from the row, so that a repeat can be recognised.
	FromName string
	To       string
	Subject  string
	Text     string
	HTML     string
	StopURL  string // one-click stop (RFC 8058); empty for none.
	Bounce   string // names the recipient to ourselves in the envelope's sender, for what comes back; empty for none.
	// Before is asked when the mail's own conversation with the server has begun, before anything of its content is handed
	// over; an error keeps the mail here and is its outcome. Nil asks nothing.
	Before func(context.Context) error
}

// SendError is a refusal: permanent ones are not tried again.
type SendError struct {
	Permanent bool
	Gone      bool   // of a browser: it is no longer there.
	Code      int    // SMTP reply code or HTTP status, 0 when there was no reply.
	Status    string // of a mail: what the server says by RFC 3463, such as 5.1.1; empty when it says nothing.
	// Paced is set for a mail that was not tried: its recipient's domain has its share for now, and this is when to ask again.
	Paced time.Duration
	Cause error
}

func (e *SendError) Error() string { return "message not accepted" }
func (e *SendError) Unwrap() error { return e.Cause }

// Deps are what the use cases stand on.
type Deps struct {
	DB      *db.DB
	Master  *seal.Master
	Library *library.Library
	Clock   Clock
	Queue   Queue
	Limiter Limiter
	Mailer  Mailer // the worker's; nil in a process that sends nothing.
	Pusher  Pusher // the worker's; nil in a process that sends nothing.
	Texter  Texter // nil where there is no gateway for text messages: nobody is offered them then.
	// Departed is told how each reminder fared, for metrics; nil for none. It must not block.
	Departed func(Departure)
	Log      *slog.Logger
	BaseURL  string // absolute, no trailing slash; links are made from it alone.
	// Demo switches the second factor off and lets webhooks reach this machine; nothing else.
	Demo bool
	// ReceiptSecret signs what a gateway tells of text messages afterwards; empty: nothing it tells is believed.
	ReceiptSecret string
	// AnchorFile gets head and count of the audit chain of each practice; empty for none.
	AnchorFile string
}

// Service is all use cases.
type Service struct {
	Deps
	hashing chan struct{} // bounds concurrent password hashes: each takes 19 MiB.
	keys    *keyCache
	forms   *formCache
	shelves shelves
	pushing pushKeyring
	looks   looks

	buildTime time.Duration // that a batch of reports has to be built in.
}

// New makes the service. Clock, Log and Queue have working defaults.
func New(d Deps) *Service {
	if d.Clock == nil {
		d.Clock = SystemClock{}
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Queue == nil {
		d.Queue = silentQueue{}
	}
	return &Service{Deps: d, hashing: make(chan struct{}, 4), keys: &keyCache{byID: map[uuid.UUID]cachedKey{}}, forms: &formCache{byID: map[uuid.UUID]*library.Exercise{}}, buildTime: jobTimeout}
}

type silentQueue struct{}

func (silentQueue) Wake(context.Context, string, uuid.UUID, uuid.UUID) {}

// Actor is who asks. It is made by Authenticate, or by System for a worker.
type Actor struct {
	Kind        string // member, partner, system.
	ID          uuid.UUID
	Role        models.Role
	Clinician   bool // an own couple's clinical file may be read; being owner alone is not enough.
	PracticeID  uuid.UUID
	AccountID   uuid.UUID
	LoginID     uuid.UUID
	CoupleID    uuid.UUID // a partner's couple.
	Locale      locale.Lang
	Zone        *time.Location
	Edge        string // api, web, worker, cli.
	AccessPoint string // the client's address.
	FreshAt     time.Time
	Stage       string // full, or choose/factor while signing in.
}

// Partner tells whether the actor is a client.
func (a Actor) Partner() bool { return a.Kind == "partner" }

// Member tells whether the actor is of the practice's staff.
func (a Actor) Member() bool { return a.Kind == "member" }

// Full tells whether the sign-in is complete.
func (a Actor) Full() bool { return a.Stage == "full" }

// L is the actor's language.
func (a Actor) L() locale.Localizer { return locale.For(a.Locale) }

// System is the worker's actor in a practice.
func System(practiceID uuid.UUID) Actor {
	return Actor{Kind: "system", Role: "system", PracticeID: practiceID, Locale: locale.NL, Zone: time.UTC, Edge: "worker", Stage: "full"}
}

// Fresh tells whether the actor signed in at most five minutes ago, as private answers, export and changes of address need.
func (s *Service) Fresh(a Actor) bool { return s.Clock.Now().Sub(a.FreshAt) <= 5*time.Minute }

// txn is one transaction of a use case: the rows, the keys, and the record of what was read and done.
type txn struct {
	*db.Tx
	s        *Service
	ctx      context.Context
	actor    Actor
	now      time.Time
	keys     map[uuid.UUID]*seal.Key // nil value: the key is destroyed.
	byOwner  map[uuid.UUID]uuid.UUID
	practice *models.Practice
	chosen   map[uuid.UUID]models.Leads // of people who were asked for.
	brand    *reports.Brand
	events   []models.AuditEvent
}

// inPractice runs fn in the actor's practice. The audit events that fn noted are written in the same transaction: if
// they cannot be, nothing was read and nothing was done.
func (s *Service) inPractice(ctx context.Context, actor Actor, fn func(*txn) error) error {
	if actor.PracticeID == uuid.Nil {
		return fault.New(fault.Unauthenticated, "")
	}
	return s.DB.InPractice(ctx, actor.PracticeID, actor.ID, func(tx *db.Tx) error {
		t := &txn{Tx: tx, s: s, ctx: ctx, actor: actor, now: s.Clock.Now(), keys: map[uuid.UUID]*seal.Key{}, byOwner: map[uuid.UUID]uuid.UUID{}}
		if err := fn(t); err != nil {
			return err
		}
		return t.writeEvents()
	})
}

// thePractice reads the practice once a transaction.
func (t *txn) thePractice() (models.Practice, error) {
	if t.practice == nil {
		p, err := models.FindPractice(t.DB, t.PracticeID)
		if err != nil {
			return p, err
		}
		t.practice = &p
	}
	return *t.practice, nil
}

// queue writes a job in this transaction and wakes a worker after the commit. A second job with the same kind and
// unique key is the same job.
func (t *txn) queue(kind string, subject uuid.UUID, uniqueKey string, runAt time.Time) error {
	job := models.Job{Row: models.NewRow(t.PracticeID), Kind: kind, SubjectID: subject, RunAt: runAt, State: "due", UniqueKey: uniqueKey, CreatedAt: t.now}
	made, err := models.AddJob(t.DB, job)
	if err != nil || !made {
		return err
	}
	if !runAt.After(t.now) {
		t.AfterCommit(func(ctx context.Context) { t.s.Queue.Wake(ctx, kind, job.PracticeID, job.ID) })
	}
	return nil
}

type cachedKey struct {
	key     *seal.Key
	wrapped string
	until   time.Time
}

// keyCache keeps unwrapped keys for at most a minute. It saves the unwrapping only: whether a key still lives is read
// with the rows, so an erased key is dead at once (design decision 6).
type keyCache struct {
	mu   sync.Mutex
	byID map[uuid.UUID]cachedKey
}

func (c *keyCache) get(id uuid.UUID, wrapped []byte, now time.Time) *seal.Key {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byID[id]; ok && now.Before(e.until) && e.wrapped == string(wrapped) {
		return e.key
	}
	return nil
}

func (c *keyCache) put(id uuid.UUID, wrapped []byte, key *seal.Key, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.byID) > 10_000 {
		clear(c.byID)
	}
	c.byID[id] = cachedKey{key: key, wrapped: string(wrapped), until: now.Add(time.Minute)}
}
