// Package mailer hands mails to an SMTP server over a few connections that are kept and used again: a connection a mail
// costs three quarters of the speed. It knows nothing of what the mails are about.
package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
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
}

// Error says why a mail was not accepted. Its text names nobody: a server's reply may repeat the address.
type Error struct {
	Permanent bool // the server will not take this mail, now or later.
	Code      int  // SMTP reply code, 0 when there was none.
	cause     error
}

func (e *Error) Error() string { return "mailer: not accepted" }

// Unwrap gives the server's own words, which may hold an address: never log them.
func (e *Error) Unwrap() error { return e.cause }

// Config says where mail goes and from whom it comes.
type Config struct {
	URL  string // smtp://user:password@host:587, smtps://host:465, ?starttls=required|auto|off.
	From string // the sender's address; a name in it is used where a message has none.
	// BounceDomain is where undeliverable mail comes back to, as bounce+<Bounce>@domain; empty leaves the envelope's sender as
	// it is, which is right where nothing listens for it.
	BounceDomain string
	Pool         int           // connections; zero means 8.
	Timeout      time.Duration // for connecting and for each command; zero means 15 s.
	TLS          *tls.Config   // nil for the system's trust.
}

// Mailer sends over a pool of connections. It is safe for concurrent use.
type Mailer struct {
	server  server
	from    mail.Address
	bounces string // the domain, or none.
	options []gomail.Option
	slots   chan struct{} // bounds the connections in use.
	mu      sync.Mutex
	idle    []*connection
	closed  bool
}

// connection is an open one, with its owner: go-mail keeps settings in the one and the socket in the other.
type connection struct {
	client *gomail.Client
	socket *smtp.Client
	used   time.Time
}

// errAway says that no connection could be made.
var errAway = errors.New("mailer: the server cannot be reached")

// idleLimit is how long a connection may rest; servers close theirs after some minutes (RFC 5321, 4.5.3.2: five).
const idleLimit = 45 * time.Second

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
		cfg.Pool = 8
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 15 * time.Second
	}
	if _, err := mail.ParseAddress("bounce+x@" + cfg.BounceDomain); cfg.BounceDomain != "" && err != nil {
		return nil, errors.New("mailer: the domain for undeliverable mail cannot be read")
	}
	m := &Mailer{server: s, from: *from, bounces: cfg.BounceDomain, options: s.options(*from, cfg), slots: make(chan struct{}, cfg.Pool)}
	if _, err := gomail.NewClient(s.host, m.options...); err != nil {
		return nil, errors.New("mailer: the SMTP URL cannot be used")
	}
	return m, nil
}

// Send sends the messages, several at the same time and several over each connection. The outcomes stand in the order of
// the messages: nil for an accepted one, else an *Error.
func (m *Mailer) Send(ctx context.Context, messages []Message) []error {
	outcomes := make([]error, len(messages))
	next := make(chan int)
	var wg sync.WaitGroup
	var away atomic.Bool // the server cannot be reached: the rest of the batch does not wait for it too.
	// One connection for every ten mails is enough to keep the server busy without opening many for few.
	for range min(cap(m.slots), (len(messages)+9)/10) {
		wg.Go(func() {
			var c *connection
			defer func() { m.giveBack(c) }()
			for i := range next {
				if c == nil && away.Load() {
					outcomes[i] = &Error{cause: errAway}
					continue
				}
				c, outcomes[i] = m.sendOne(ctx, c, messages[i])
				var failure *Error
				if errors.As(outcomes[i], &failure) && errors.Is(failure.cause, errAway) {
					away.Store(true)
				}
			}
		})
	}
	for i := range messages {
		next <- i
	}
	close(next)
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
	msg, err := m.write(message)
	if err != nil {
		return c, &Error{Permanent: true, cause: err}
	}
	for fresh := false; ; fresh = true {
		if c == nil {
			if c, err = m.take(ctx); err != nil {
				return nil, err
			}
		}
		if ctx.Err() != nil {
			return c, &Error{cause: ctx.Err()}
		}
		err := c.client.SendWithSMTPClient(c.socket, msg)
		c.used = time.Now()
		if err == nil || msg.IsDelivered() {
			return c, nil
		}
		failure, early, alive := judge(err)
		if !alive {
			m.drop(c)
			c = nil
			if early && !fresh {
				continue
			}
		}
		return c, failure
	}
}

// judge reads a refusal: what to tell the caller, whether the connection died before the mail's content went out, and
// whether it is still alive.
func judge(err error) (failure *Error, early, alive bool) {
	failure = &Error{cause: err}
	var refusal *gomail.SendError
	if !errors.As(err, &refusal) {
		return failure, false, false
	}
	failure.Code = refusal.ErrorCode()
	// A 5xx to our own MAIL FROM is a fault of the settings, for all mails alike: waiting for it to be mended loses none.
	failure.Permanent = failure.Code >= 500 && refusal.Reason != gomail.ErrSMTPMailFrom && refusal.Reason != gomail.ErrConnCheck
	switch refusal.Reason {
	case gomail.ErrConnCheck, gomail.ErrSMTPMailFrom, gomail.ErrSMTPRcptTo:
		// After these go-mail has reset the exchange; 421 announces that the server hangs up.
		return failure, failure.Code == 0, failure.Code != 0 && failure.Code != 421
	case gomail.ErrSMTPDataClose:
		return failure, false, failure.Code != 0 && failure.Code != 421
	}
	return failure, false, false
}

// take gives a connection from the pool, waiting for one when all are in use.
func (m *Mailer) take(ctx context.Context) (*connection, error) {
	select {
	case m.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, &Error{cause: ctx.Err()}
	}
	for {
		m.mu.Lock()
		var c *connection
		if n := len(m.idle); n > 0 {
			c, m.idle = m.idle[n-1], m.idle[:n-1]
		}
		m.mu.Unlock()
		if c == nil {
			break
		}
		if time.Since(c.used) < idleLimit {
			return c, nil
		}
		_ = c.client.CloseWithSMTPClient(c.socket)
	}
	c, err := m.connect(ctx)
	if err != nil {
		<-m.slots
		return nil, err
	}
	return c, nil
}

func (m *Mailer) connect(ctx context.Context) (*connection, error) {
	client, err := gomail.NewClient(m.server.host, m.options...)
	if err != nil {
		return nil, &Error{cause: err}
	}
	socket, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, &Error{cause: errors.Join(errAway, err)}
	}
	return &connection{client: client, socket: socket, used: time.Now()}, nil
}

func (m *Mailer) giveBack(c *connection) {
	if c == nil {
		return
	}
	m.mu.Lock()
	closed := m.closed
	if !closed {
		m.idle = append(m.idle, c)
	}
	m.mu.Unlock()
	if closed {
		_ = c.client.CloseWithSMTPClient(c.socket)
	}
	<-m.slots
}

func (m *Mailer) drop(c *connection) {
	_ = c.socket.Close()
	<-m.slots
}

// write makes the mail: text and HTML, with headers that nothing in a name or address can break out of.
func (m *Mailer) write(message Message) (*gomail.Msg, error) {
	for _, v := range []string{message.FromName, message.To, message.Subject, message.ID, message.StopURL, message.Bounce} {
		if !plain(v) {
			return nil, errors.New("mailer: a control character in a header")
		}
	}
	to, err := mail.ParseAddress(message.To)
	if err != nil || to.Address != message.To {
		return nil, errors.New("mailer: not one plain address")
	}
	if strings.ContainsAny(message.ID+message.StopURL, "<> \t,") {
		return nil, errors.New("mailer: a message id or stop address with brackets or spaces")
	}
	from := m.from
	if message.FromName != "" {
		from.Name = message.FromName
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&from)
	msg.ToMailAddress(to)
	if message.Bounce != "" && m.bounces != "" {
		if err := msg.EnvelopeFrom("bounce+" + message.Bounce + "@" + m.bounces); err != nil {
			return nil, errors.New("mailer: a sender for the envelope that is no address")
		}
	}
	msg.Subject(message.Subject)
	msg.SetDate()
	if message.ID != "" {
		msg.SetMessageIDWithValue(message.ID)
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	if message.StopURL != "" {
		msg.SetListUnsubscribe(message.StopURL)
		msg.SetListUnsubscribePost()
	}
	msg.SetBodyString(gomail.TypeTextPlain, message.Text)
	if message.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, message.HTML)
	}
	return msg, nil
}
