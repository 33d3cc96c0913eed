// Package bounce receives what mail servers send back: a small SMTP or LMTP server that takes mail for the addresses we made
// and for nobody else, reads the status of a delivery report, and keeps nothing.
package bounce

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// Options say where it listens and what to do with what comes.
type Options struct {
	Listen string // host:port for SMTP, or lmtp://host:port.
	Domain string // of the addresses, as the mailer makes them.
	// Ours tells whether a token was made by us, without looking anything up: strangers may ask it as often as they like.
	Ours func(token string) bool
	// Take is told of a report on a token of ours. An error has the sender try again later.
	Take func(ctx context.Context, token string, r Report) error
	Log  *slog.Logger // nil is silent. Never gets an address or a word of a message.
}

// The limits: a report is small, and a server that sends them needs few connections.
const (
	maxMessage     = 512 << 10
	maxConnections = 40
	takeTime       = 20 * time.Second
)

// Receiver is a running server.
type Receiver struct {
	o      Options
	server *smtp.Server
	ln     net.Listener
	served chan error
	open   atomic.Int64
	once   sync.Once
	err    error
}

// Address splits a setting into network address and protocol.
func Address(listen string) (address string, lmtp bool) {
	if rest, ok := strings.CutPrefix(listen, "lmtp://"); ok {
		return rest, true
	}
	return strings.TrimPrefix(listen, "smtp://"), false
}

// Start listens. Stop it when done.
func Start(ctx context.Context, o Options) (*Receiver, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	address, lmtp := Address(o.Listen)
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the receiver of undeliverable mail: %w", err)
	}
	r := &Receiver{o: o, ln: ln, served: make(chan error, 1)}
	r.server = smtp.NewServer(smtp.BackendFunc(r.connected))
	r.server.Domain, r.server.LMTP = o.Domain, lmtp
	r.server.MaxMessageBytes, r.server.MaxRecipients, r.server.MaxLineLength = maxMessage, 1, 2000
	r.server.ReadTimeout, r.server.WriteTimeout = time.Minute, time.Minute
	r.server.EnableSMTPUTF8 = true
	r.server.ErrorLog = quiet{o.Log}
	go func() { r.served <- r.server.Serve(ln) }()
	return r, nil
}

// Addr is the network address it listens on.
func (r *Receiver) Addr() string { return r.ln.Addr().String() }

// Stop takes no new connections and gives those that are open two seconds to end: whoever is cut off tries again later.
func (r *Receiver) Stop(ctx context.Context) error {
	r.once.Do(func() {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		_ = r.ln.Close() // The server may not have come to accepting yet, and would then not close it.
		if err := r.server.Shutdown(ctx); err != nil {
			_ = r.server.Close()
		}
		if err := <-r.served; err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			r.err = err
		}
	})
	return r.err
}

// quiet says that something went wrong with a connection and leaves out what, as that may hold an address.
type quiet struct{ log *slog.Logger }

// Printf logs that there was trouble.
func (q quiet) Printf(string, ...any) {
	q.log.Warn("the receiver of undeliverable mail had trouble with a connection")
}

// Println logs that there was trouble.
func (q quiet) Println(...any) {
	q.log.Warn("the receiver of undeliverable mail had trouble with a connection")
}

func reply(code int, enhanced smtp.EnhancedCode, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

func (r *Receiver) connected(*smtp.Conn) (smtp.Session, error) {
	if r.open.Add(1) > maxConnections {
		r.open.Add(-1)
		return nil, reply(421, smtp.EnhancedCode{4, 3, 2}, "Too many connections, come back later")
	}
	return &session{receiver: r}, nil
}

// session is one connection.
type session struct {
	receiver *Receiver
	token    string
}

// Mail takes the sender; a report has none (RFC 5321, 4.5.5), and some servers give one all the same.
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt takes addresses that we made and refuses all others: this is no mail server for anybody.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	token, ours := s.receiver.tokenOf(to)
	if !ours {
		return reply(550, smtp.EnhancedCode{5, 1, 1}, "No such address")
	}
	s.token = token
	return nil
}

// tokenOf takes the token out of bounce+<token>@domain. Letters may have changed their case on the way.
func (r *Receiver) tokenOf(address string) (string, bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || len(address) > 320 || !strings.EqualFold(strings.TrimSuffix(address[at+1:], "."), r.o.Domain) {
		return "", false
	}
	local := strings.ToLower(address[:at])
	token, ok := strings.CutPrefix(local, "bounce+")
	return token, ok && token != "" && r.o.Ours(token)
}

// Data reads the status and forgets the rest; over LMTP too, as there is one recipient at a time. What is no report is taken and forgotten whole: an automatic answer.
func (s *session) Data(body io.Reader) error {
	report, ok := Parse(body)
	if _, err := io.Copy(io.Discard, body); err != nil {
		return err
	}
	if !ok || s.token == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), takeTime)
	defer cancel()
	if err := s.receiver.o.Take(ctx, s.token, report); err != nil {
		s.receiver.o.Log.Warn("a report of undeliverable mail could not be taken now")
		return reply(451, smtp.EnhancedCode{4, 3, 0}, "Cannot take it now")
	}
	return nil
}

// Reset forgets the recipient.
func (s *session) Reset() { s.token = "" }

// Logout ends the connection.
func (s *session) Logout() error {
	s.receiver.open.Add(-1)
	return nil
}
