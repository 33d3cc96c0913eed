//go:build unix

package local

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"
)

// keptMails is how many mails a mailbox holds; the oldest go first.
const keptMails = 5000

// maxMailBytes is the largest mail it takes.
const maxMailBytes = 25 << 20

// MailboxOptions say where the mailbox listens and keeps what it gets.
type MailboxOptions struct {
	Dir    string       // its folder, made when missing; empty keeps the mails in memory alone.
	Listen string       // host:port, empty for a free port on 127.0.0.1.
	Log    *slog.Logger // nil is silent. Never gets an address, a subject or a text.
}

// Mailbox takes every mail that is sent to it over SMTP, for whomever it is, and shows it to the demo and the tests.
type Mailbox struct {
	dir      string
	addr     string
	server   *smtp.Server
	served   chan error
	log      *slog.Logger
	stopOnce sync.Once
	stopErr  error

	mu     sync.Mutex
	mails  []Mail // oldest first.
	refuse func(from, to string) error
	news   chan struct{} // closed and replaced at each new mail.

	listener net.Listener
	sessions map[*mailSession]struct{}
	stopping bool
}

// storedMail is one mail on disk.
type storedMail struct {
	ID         string    `json:"id"`
	ReceivedAt time.Time `json:"received_at"`
	From       string    `json:"envelope_from"`
	To         []string  `json:"envelope_to"`
	Raw        []byte    `json:"raw"`
}

// StartMailbox starts the mailbox with the mails of earlier starts on the same folder in it.
func StartMailbox(ctx context.Context, opts MailboxOptions) (*Mailbox, error) {
	m := &Mailbox{
		dir: opts.Dir, log: logger(opts.Log), news: make(chan struct{}), served: make(chan error, 1),
		sessions: map[*mailSession]struct{}{},
	}
	if err := m.load(); err != nil {
		return nil, fmt.Errorf("the mailbox: %w", err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", cmp.Or(opts.Listen, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("the mailbox: %w", err)
	}
	m.listener, m.addr = l, l.Addr().String()
	m.server = smtp.NewServer(smtp.BackendFunc(m.connected))
	m.server.Domain = "localhost"
	m.server.MaxMessageBytes = maxMailBytes
	m.server.MaxRecipients = 100
	m.server.ReadTimeout, m.server.WriteTimeout = 2*time.Minute, time.Minute
	m.server.EnableSMTPUTF8 = true
	m.server.ErrorLog = smtpLog{m.log}
	go func() { m.served <- m.server.Serve(l) }()
	return m, nil
}

// smtpLog says that something went wrong with a connection and leaves out what, as that may hold an address.
type smtpLog struct{ log *slog.Logger }

func (l smtpLog) Printf(string, ...any) { l.log.Warn("the mailbox had trouble with a connection") }
func (l smtpLog) Println(...any)        { l.log.Warn("the mailbox had trouble with a connection") }

func (m *Mailbox) load() error {
	if m.dir == "" {
		return nil
	}
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return err
	}
	lock := filepath.Join(m.dir, lockName) // marks the folder as ours, for Wipe.
	if f, err := os.OpenFile(lock, os.O_CREATE|os.O_RDONLY, 0o600); err != nil {
		return err
	} else if err := f.Close(); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(m.dir, "*.mail.json"))
	if err != nil {
		return err
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var s storedMail
		if err := json.Unmarshal(raw, &s); err != nil {
			m.log.Warn("a file of the mailbox cannot be read and is skipped", "file", filepath.Base(file))
			continue
		}
		m.mails = append(m.mails, parseMail(s))
	}
	slices.SortStableFunc(m.mails, func(a, b Mail) int {
		return cmp.Or(a.ReceivedAt.Compare(b.ReceivedAt), strings.Compare(a.ID, b.ID))
	})
	return nil
}

func (m *Mailbox) file(id string) string { return filepath.Join(m.dir, id+".mail.json") }

// take keeps one mail; when it returns nil the mail is on disk, so that the sender may be told 250.
func (m *Mailbox) take(from string, to []string, raw []byte) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	s := storedMail{ID: id.String(), ReceivedAt: time.Now().UTC(), From: from, To: to, Raw: raw}
	mail := parseMail(s)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dir != "" {
		text, err := json.Marshal(s)
		if err != nil {
			return err
		}
		tmp := m.file(s.ID) + ".tmp"
		if err := os.WriteFile(tmp, text, 0o600); err != nil {
			return err
		}
		if err := os.Rename(tmp, m.file(s.ID)); err != nil {
			return err
		}
	}
	m.mails = append(m.mails, mail)
	for len(m.mails) > keptMails {
		m.forget(m.mails[0].ID)
		m.mails = slices.Delete(m.mails, 0, 1)
	}
	close(m.news)
	m.news = make(chan struct{})
	return nil
}

func (m *Mailbox) forget(id string) {
	if m.dir != "" {
		_ = os.Remove(m.file(id)) // it is shown no more; a file left behind comes back at the next start, no worse.
	}
}

// Mails gives the mails that filter lets through, newest first; a nil filter gives all.
func (m *Mailbox) Mails(filter func(Mail) bool) []Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Mail
	for _, mail := range slices.Backward(m.mails) {
		if filter == nil || filter(mail) {
			out = append(out, mail)
		}
	}
	return out
}

// Mail gives the mail with the id.
func (m *Mailbox) Mail(id string) (Mail, bool) {
	found := m.Mails(func(mail Mail) bool { return mail.ID == id })
	if len(found) == 0 {
		return Mail{}, false
	}
	return found[0], true
}

// Clear forgets all mails.
func (m *Mailbox) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, mail := range m.mails {
		m.forget(mail.ID)
	}
	m.mails = nil
}

// Refuse makes the server answer with rule's error to each recipient it gives one for, until it is set to nil again: a
// Reply for a chosen code, anything else is a 550. rule may be called from several connections at once.
func (m *Mailbox) Refuse(rule func(from, to string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuse = rule
}

// Reply is an answer of the server for Refuse: 4xx for "later", 5xx for "never".
func Reply(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: text}
}

// WaitFor gives the newest mail that match takes, waiting for one until ctx ends.
func (m *Mailbox) WaitFor(ctx context.Context, match func(Mail) bool) (Mail, error) {
	for {
		m.mu.Lock()
		news := m.news
		m.mu.Unlock()
		if found := m.Mails(match); len(found) > 0 {
			return found[0], nil
		}
		select {
		case <-ctx.Done():
			return Mail{}, fmt.Errorf("no such mail among %d: %w", len(m.Mails(nil)), ctx.Err())
		case <-news:
		}
	}
}

// URL is the address to send to: smtp://host:port.
func (m *Mailbox) URL() string { return "smtp://" + m.addr }

// Stop ends the server: it takes no new connections, closes those that wait for a command, lets deliveries end until ctx
// does (5 s when it has no deadline), then cuts them. Again is harmless; the mails can still be read.
func (m *Mailbox) Stop(ctx context.Context) error {
	m.stopOnce.Do(func() {
		ctx, cancel := withDeadline(ctx, 5*time.Second)
		defer cancel()
		_ = m.listener.Close() // the server may not have come to accepting yet, and would then not close it.
		m.cut(func(s *mailSession) bool { return !s.busy })
		if err := m.server.Shutdown(ctx); err != nil {
			m.cut(func(*mailSession) bool { return true })
		}
		if err := <-m.served; err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			m.stopErr = err
		}
	})
	return m.stopErr
}

// cut closes the connections that which picks; the others are closed when their delivery has been answered.
func (m *Mailbox) cut(which func(*mailSession) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stopping = true
	for s := range m.sessions {
		if which(s) {
			_ = s.conn.Close()
		}
	}
}

// mailSession is one SMTP connection. busy, guarded by the mailbox's lock, tells that a delivery has begun.
type mailSession struct {
	box  *Mailbox
	conn net.Conn
	busy bool
	from string
	to   []string
}

func (m *Mailbox) connected(c *smtp.Conn) (smtp.Session, error) {
	s := &mailSession{box: m, conn: c.Conn()}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stopping {
		return nil, Reply(421, "closing")
	}
	m.sessions[s] = struct{}{}
	return s, nil
}

// Mail notes the sender.
func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.from, s.busy = from, true
	return nil
}

// Rcpt notes a recipient, unless Refuse has a rule against it.
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.box.mu.Lock()
	rule := s.box.refuse
	s.box.mu.Unlock()
	if rule != nil {
		if err := rule(s.from, to); err != nil {
			var answer *smtp.SMTPError
			if errors.As(err, &answer) {
				return answer
			}
			return Reply(550, err.Error())
		}
	}
	s.to = append(s.to, to)
	return nil
}

// Data takes the mail.
func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.box.take(s.from, s.to, raw); err != nil {
		s.box.log.Error("the mailbox could not keep a mail", "error", err)
		return Reply(451, "cannot keep it now")
	}
	return nil
}

// Reset forgets the envelope. The server calls it once a delivery has been answered.
func (s *mailSession) Reset() {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.from, s.to, s.busy = "", nil, false
	if s.box.stopping {
		_ = s.conn.Close()
	}
}

// Logout ends the connection.
func (s *mailSession) Logout() error {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	delete(s.box.sessions, s)
	return nil
}
