package mailer

import (
	"context"
	"errors"
	"net/textproto"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// connection is an open one, with its owner: go-mail keeps settings in the one and the socket in the other. It connects,
// secures and signs in; the few commands of a mail are ours, because they can go out together.
type connection struct {
	client    *gomail.Client
	socket    *smtp.Client
	timeout   time.Duration
	pipelines bool // the server takes several commands at once (RFC 2920).
	utf8      bool // the server takes addresses beyond ASCII (RFC 6531).
	used      time.Time
}

// errAway says that no connection could be made.
var errAway = errors.New("mailer: the server cannot be reached")

// errGone says that a kept connection was no longer there before the server had seen anything of the mail.
var errGone = errors.New("mailer: the connection was gone")

// idleLimit is how long a connection may rest; servers close theirs after some minutes (RFC 5321, 4.5.3.2: five).
const idleLimit = 45 * time.Second

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
	c := &connection{client: client, socket: socket, timeout: m.timeout, used: time.Now()}
	c.pipelines, _ = socket.Extension("PIPELINING")
	c.utf8, _ = socket.Extension("SMTPUTF8")
	return c, nil
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

// converse hands over one mail. alive tells whether the connection is good for another. The error is an *Error, or errGone
// when the connection died before the server can have taken anything of the mail.
func (c *connection) converse(w written) (alive bool, err error) {
	if err := c.socket.UpdateDeadline(c.timeout); err != nil {
		return false, errGone
	}
	defer func() { c.used = time.Now() }()
	mail := "MAIL FROM:<" + w.from + ">"
	if c.utf8 && !(ascii(w.from) && ascii(w.to)) {
		mail += " SMTPUTF8"
	}
	rcpt := "RCPT TO:<" + w.to + ">"
	if c.pipelines {
		err = c.askTogether(mail, rcpt)
	} else {
		err = c.askInTurn(mail, rcpt)
	}
	if err != nil {
		return c.refused(err)
	}
	text := c.socket.Text
	_, _ = text.W.Write(w.content)
	_, _ = text.W.WriteString(".\r\n")
	if err := text.W.Flush(); err != nil {
		return false, &Error{cause: err} // Part of it may have arrived.
	}
	if _, _, err := text.ReadResponse(250); err != nil {
		code := codeOf(err)
		// Without an answer nobody knows whether the server has it: a repeat has the same Message-ID.
		return code != 0 && code != 421, &Error{Permanent: code >= 500, Code: code, Status: statusOf(err), cause: err}
	}
	return true, nil
}

// step is a refusal of one of the commands before the content.
type step struct {
	mail bool // it was MAIL, which is about us and not about the recipient.
	err  error
}

func (s *step) Error() string { return s.err.Error() }

// askInTurn waits for the answer to each command, as servers want that know no better.
func (c *connection) askInTurn(mail, rcpt string) error {
	text := c.socket.Text
	for i, line := range []string{mail, rcpt, "DATA"} {
		_, _ = text.W.WriteString(line)
		_, _ = text.W.WriteString("\r\n")
		if err := text.W.Flush(); err != nil {
			return &step{i == 0, err}
		}
		if _, _, err := text.ReadResponse([]int{250, 25, 354}[i]); err != nil {
			return &step{i == 0, err}
		}
	}
	return nil
}

// askTogether sends all three commands in one packet: one round trip instead of three.
func (c *connection) askTogether(mail, rcpt string) error {
	text := c.socket.Text
	for _, part := range []string{mail, "\r\n", rcpt, "\r\nDATA\r\n"} {
		_, _ = text.W.WriteString(part)
	}
	if err := text.W.Flush(); err != nil {
		return &step{true, err}
	}
	var first error
	for i, want := range []int{250, 25, 354} {
		_, _, err := text.ReadResponse(want)
		if err != nil && codeOf(err) == 0 {
			return &step{i == 0, err} // The connection is gone; what was refused before stands in first.
		}
		if err != nil && first == nil {
			first = &step{i == 0, err}
		}
		if i == 2 && err == nil && first != nil {
			// The server waits for content although it took no recipient: it gets none (RFC 2920, 3.1).
			_, _ = text.W.WriteString(".\r\n")
			if err := text.W.Flush(); err != nil {
				return first
			}
			if _, _, err := text.ReadResponse(250); codeOf(err) == 0 && err != nil {
				return first
			}
		}
	}
	return first
}

// refused reads a refusal before the content: nothing of the mail was taken. The exchange is reset, so that the connection
// serves the next mail; 421 announces that the server hangs up.
func (c *connection) refused(err error) (alive bool, failure error) {
	var s *step
	if !errors.As(err, &s) {
		return false, &Error{cause: err}
	}
	code := codeOf(s.err)
	if code == 0 || code == 421 && s.mail {
		return false, errGone
	}
	// A 5xx to our own MAIL FROM is a fault of the settings, for all mails alike: waiting for it to be mended loses none.
	refusal := &Error{Permanent: code >= 500 && !s.mail, Code: code, Status: statusOf(s.err), cause: s.err}
	if code == 421 {
		return false, refusal
	}
	return c.socket.Reset() == nil, refusal
}

// codeOf is the server's reply code, 0 when there was no reply.
func codeOf(err error) int {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

// statusOf is the enhanced status code that begins a reply's text (RFC 2034), or "".
func statusOf(err error) string {
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		return ""
	}
	word, _, _ := strings.Cut(reply.Msg, " ")
	parts := strings.Split(word, ".")
	if len(parts) != 3 || parts[0] != "4" && parts[0] != "5" {
		return ""
	}
	for _, p := range parts {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return ""
		}
	}
	return word
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
