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

// converse hands over one mail. before, unless it is nil, is asked once the server has agreed to sender and recipient, and
// an error of it ends the conversation: what was sent had been begun before the answer. alive tells whether the connection is
// good for another. The error is an *Error, what before said, or errGone when the connection died before the server can have
// taken anything of the mail.
func (c *connection) converse(ctx context.Context, w written, before func(context.Context) error) (alive bool, err error) {
	if err := c.socket.UpdateDeadline(c.timeout); err != nil {
		return false, errGone
	}
	defer func() { c.used = time.Now() }()
	mail := "MAIL FROM:<" + w.from + ">"
	if c.utf8 && !(ascii(w.from) && ascii(w.to)) {
		mail += " SMTPUTF8"
	}
	commands := []string{mail, "RCPT TO:<" + w.to + ">", "DATA"}
	if before != nil {
		if err := c.ask(commands[:2]); err != nil {
			return c.refused(err)
		}
		if err := before(ctx); err != nil {
			return c.reset(), err
		}
		if err := c.socket.UpdateDeadline(c.timeout); err != nil {
			return false, errGone
		}
		commands = commands[2:]
	}
	if err := c.ask(commands); err != nil {
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

// ask gives commands, in one packet where the server takes several at once, which is one round trip instead of one for each.
func (c *connection) ask(commands []string) error {
	if c.pipelines {
		return c.askTogether(commands)
	}
	for i := range commands {
		if err := c.askTogether(commands[i : i+1]); err != nil {
			return err
		}
	}
	return nil
}

// agrees is the reply that lets a command's conversation go on.
func agrees(command string) int {
	switch command[:4] {
	case "MAIL":
		return 250
	case "RCPT":
		return 25
	}
	return 354
}

func (c *connection) askTogether(commands []string) error {
	text := c.socket.Text
	ours := func(i int) bool { return commands[i][:4] == "MAIL" }
	for _, command := range commands {
		_, _ = text.W.WriteString(command)
		_, _ = text.W.WriteString("\r\n")
	}
	if err := text.W.Flush(); err != nil {
		return &step{ours(0), err}
	}
	var first error
	for i, command := range commands {
		_, _, err := text.ReadResponse(agrees(command))
		if err != nil && codeOf(err) == 0 {
			return &step{ours(i), err} // The connection is gone; what was refused before stands in first.
		}
		if err != nil && first == nil {
			first = &step{ours(i), err}
		}
		if command == "DATA" && err == nil && first != nil {
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

// reset ends a mail's conversation that has begun; it tells whether the connection is good for another.
func (c *connection) reset() bool {
	return c.socket.UpdateDeadline(c.timeout) == nil && c.socket.Reset() == nil
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
	return c.reset(), refusal
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
