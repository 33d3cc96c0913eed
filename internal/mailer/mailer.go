// Package mailer hands mails to an SMTP server over a few connections that are kept and used again: a connection a mail
// costs three quarters of the speed. It knows nothing of what the mails are about.
package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"net/mail"
	"sync"
	"sync/atomic"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one person.
type Message struct {
	ID       string // Message-ID without brackets.
	FromName string
	To       string // one plain address.
	Subject  string
	Text     string
	HTML     string
	StopURL  string // one-click stop (RFC 8058); empty for none.
	Bounce   string // names the recipient in the envelope's sender, for what comes back (VERP); empty for none.
	// Before is asked once the server has agreed to take the mail, and before it gets a word of it; an error keeps the mail here
	// and is its outcome.
	Before func(context.Context) error
}

// Error says why a mail was not accepted. Its text names nobody: a server's reply may repeat the address.
type Error struct {
	Permanent bool          // the server will not take this mail, now or later.
	Code      int           // SMTP reply code, 0 when there was none.
	Status    string        // what the server says of it by RFC 3463, such as 5.1.1; empty when it says nothing.
	Paced     time.Duration // not tried: the recipient's domain has its share, and when it is worth asking again.
	cause     error
}

func (e *Error) Error() string { return "mailer: not accepted" }

// Unwrap gives the server's own words, which may hold an address: never log them.
func (e *Error) Unwrap() error { return e.cause }

// Config says where mail goes and from whom it comes.
type Config struct {
	URL  string // smtp://user:password@host:587, smtps://host:465; parseURL tells the options.
	From string // the sender's address; a name in it is used where a message has none.
	// BounceDomain is where undeliverable mail comes back to, as bounce+<Bounce>@domain; empty leaves the envelope's sender as
	// it is, which is right where nothing listens for it.
	BounceDomain string
	Pool         int           // connections; zero takes the URL's, or 12.
	Timeout      time.Duration // for connecting and for each mail; zero means 15 s.
	TLS          *tls.Config   // nil for the system's trust.
}

// Mailer sends over a pool of connections. It is safe for concurrent use.
type Mailer struct {
	server  server
	from    mail.Address
	bounces string // the domain, or none.
	options []gomail.Option
	timeout time.Duration
	pace    *pace
	slots   chan struct{} // bounds the connections in use.
	mu      sync.Mutex
	idle    []*connection
	closed  bool
}

// New reads the settings. It does not connect yet.
func New(cfg Config) (*Mailer, error) {
	s, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(cfg.From)
	if err != nil || !plain(from.Name) {
		return nil, errors.New("mailer: the sender's address cannot be read")
	}
	if cfg.Pool <= 0 {
		cfg.Pool = s.pool
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 15 * time.Second
	}
	if _, err := mail.ParseAddress("bounce+x@" + cfg.BounceDomain); cfg.BounceDomain != "" && err != nil {
		return nil, errors.New("mailer: the domain for undeliverable mail cannot be read")
	}
	m := &Mailer{
		server: s, from: *from, bounces: cfg.BounceDomain, options: s.options(*from, cfg), timeout: cfg.Timeout, pace: newPace(s.domainPool, s.domainRate),
		slots: make(chan struct{}, cfg.Pool),
	}
	if _, err := gomail.NewClient(s.host, m.options...); err != nil {
		return nil, errors.New("mailer: the SMTP URL cannot be used")
	}
	return m, nil
}

// Send sends the messages, several at the same time and several over each connection. The outcomes stand in the order of
// the messages: nil for an accepted one, what Before said, else an *Error.
func (m *Mailer) Send(ctx context.Context, messages []Message) []error {
	outcomes := make([]error, len(messages))
	line := m.pace.line(messages)
	var wg sync.WaitGroup
	var away atomic.Bool // the server cannot be reached: the rest of the batch does not wait for it too.
	// One connection for every ten mails is enough to keep the server busy without opening many for few.
	for range min(cap(m.slots), (len(messages)+9)/10) {
		wg.Go(func() {
			var c *connection
			defer func() { m.giveBack(c) }()
			for {
				turn, ok := line.next(ctx, func() {
					// Nobody else's mail waits for a connection that waits for a domain.
					m.giveBack(c)
					c = nil
				})
				if !ok {
					return
				}
				i := turn.index
				switch {
				case turn.late > 0:
					outcomes[i] = &Error{Paced: turn.late}
					continue
				case c == nil && away.Load():
					outcomes[i] = &Error{cause: errAway}
				default:
					c, outcomes[i] = m.sendOne(ctx, c, messages[i])
				}
				line.done(turn)
				var failure *Error
				if errors.As(outcomes[i], &failure) && errors.Is(failure.cause, errAway) {
					away.Store(true)
				}
			}
		})
	}
	wg.Wait()
	return outcomes
}

// Check connects, secures and signs in, and sends nothing.
func (m *Mailer) Check(ctx context.Context) error {
	c, err := m.take(ctx)
	m.giveBack(c)
	return err
}

// Close ends the resting connections; those in use end when they are given back.
func (m *Mailer) Close() error {
	m.mu.Lock()
	idle := m.idle
	m.idle, m.closed = nil, true
	m.mu.Unlock()
	for _, c := range idle {
		_ = c.client.CloseWithSMTPClient(c.socket)
	}
	return nil
}

// sendOne sends a message over c, or a connection from the pool when c is nil, and gives the connection back to its
// caller if it is still good. A connection that turns out dead before the server has seen anything of the mail is
// replaced once.
func (m *Mailer) sendOne(ctx context.Context, c *connection, message Message) (*connection, error) {
	w, err := m.write(message, time.Now())
	if err != nil {
		return c, &Error{Permanent: true, cause: err}
	}
	defer w.free()
	for again := false; ; again = true {
		if c == nil {
			if c, err = m.take(ctx); err != nil {
				return nil, err
			}
		}
		if ctx.Err() != nil {
			return c, &Error{cause: ctx.Err()}
		}
		alive, err := c.converse(ctx, w, message.Before)
		if alive {
			return c, err
		}
		m.drop(c)
		c = nil
		switch {
		case !errors.Is(err, errGone):
			return nil, err
		case again:
			return nil, &Error{cause: err}
		}
	}
}
