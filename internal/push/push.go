// Package push hands notes to the push services of browsers (RFC 8030), encrypted for the browser alone (RFC 8291) and signed
// with the installation's own keys (VAPID, RFC 8292). It knows nothing of what the notes are about.
package push

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"

	"tussentijds/internal/outbound"
)

// Note is one note to one browser.
type Note struct {
	Target Target
	Title  string
	Body   string
	Lang   string // of title and body.
	Open   string // the path that a tap on the note opens.
	// Topic replaces an earlier note of the same topic that the browser has not fetched yet: at most 32 letters of base64url.
	Topic  string
	TTL    time.Duration // how long the push service keeps it for a browser that is away.
	Urgent bool          // worth waking a sleeping phone for.
	// Before is asked when there is a connection to the push service, before anything of the note goes; an error keeps the note
	// here and is in its outcome. Nil asks nothing.
	Before func(context.Context) error
}

// Error says why a note was not taken. Its text names nobody: an answer may repeat the browser's address.
type Error struct {
	Gone      bool // the browser is no longer there for us: its address is of no more use.
	Permanent bool // this note will not be taken, now or later.
	Code      int  // HTTP status, 0 when there was no answer.
	cause     error
}

func (e *Error) Error() string { return "push: not accepted" }

// Unwrap gives the cause, which may hold an address: never log it.
func (e *Error) Unwrap() error { return e.cause }

// Config says who sends.
type Config struct {
	Contact     string // where a push service can write when something is wrong: an address, or an https URL.
	Concurrency int    // notes on their way at the same time; zero means 8.
	Loopback    bool   // this very machine may be pushed to, without TLS: the demo and tests.
}

// Sender sends notes over kept connections. It is safe for concurrent use.
type Sender struct {
	cfg    Config
	client *http.Client
}

// New makes a sender. It connects to nothing yet.
func New(cfg Config) *Sender {
	if cfg.Concurrency <= 0 {
		cfg.Concurrency = 8
	}
	return &Sender{cfg: cfg, client: outbound.NewClient(cfg.Loopback)}
}

// payload is what our service worker reads: a few letters for each name, as a push has room for little.
type payload struct {
	Title string `json:"t"`
	Body  string `json:"b"`
	Lang  string `json:"l"`
	Open  string `json:"u"`
}

// The bounds of a TTL: shorter is lost on a phone that dozes, longer than push services keep anything.
const (
	shortestTTL = time.Minute
	longestTTL  = 28 * 24 * time.Hour
)

// Send sends the notes, several at the same time. The outcomes stand in the order of the notes: nil for an accepted one, else
// an *Error.
func (s *Sender) Send(ctx context.Context, keys Keys, notes []Note) []error {
	outcomes := make([]error, len(notes))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(s.cfg.Concurrency, len(notes)) {
		wg.Go(func() {
			for i := range next {
				outcomes[i] = s.sendOne(ctx, keys, notes[i])
			}
		})
	}
	for i := range notes {
		next <- i
	}
	close(next)
	wg.Wait()
	return outcomes
}

func (s *Sender) sendOne(ctx context.Context, keys Keys, n Note) error {
	if err := n.Target.Check(s.cfg.Loopback); err != nil {
		return &Error{Gone: true, Permanent: true, cause: err}
	}
	body, err := json.Marshal(payload{n.Title, n.Body, n.Lang, n.Open})
	if err != nil {
		return &Error{Permanent: true, cause: err}
	}
	urgency := webpush.UrgencyNormal
	if n.Urgent {
		urgency = webpush.UrgencyHigh
	}
	answer, err := webpush.SendNotificationWithContext(ctx, body, &webpush.Subscription{
		Endpoint: n.Target.Endpoint, Keys: webpush.Keys{P256dh: n.Target.P256dh, Auth: n.Target.Auth},
	}, &webpush.Options{
		HTTPClient: outbound.Asking{Client: s.client, Before: n.Before}, Subscriber: s.cfg.Contact, Topic: n.Topic, Urgency: urgency, TTL: int(min(max(n.TTL, shortestTTL), longestTTL).Seconds()),
		VAPIDPublicKey: keys.Public, VAPIDPrivateKey: keys.Private,
	})
	if err != nil {
		return &Error{Permanent: errors.Is(err, webpush.ErrMaxPadExceeded), cause: err}
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // To use the connection again.
	_ = answer.Body.Close()
	return judge(answer.StatusCode)
}

// judge reads a push service's answer. That it does not know our keys (401, 403) is a fault of this installation for all
// notes alike: waiting for it to be mended loses none.
func judge(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusNotFound || status == http.StatusGone:
		return &Error{Gone: true, Permanent: true, Code: status}
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status >= 500:
		return &Error{Code: status}
	}
	return &Error{Permanent: true, Code: status}
}
