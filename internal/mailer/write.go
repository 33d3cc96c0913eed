package mailer

import (
	"bytes"
	"crypto/rand"
	"errors"
	"mime"
	"net/mail"
	"strings"
	"sync"
	"time"
)

// Every mail of ours has the same shape: a few headers, then the same words twice, as text and as HTML. It is written here
// rather than by a library for all kinds of mail: that took a third of the time of sending it (docs/adr/0025).

// written is a mail as it goes over the line, and the two addresses of its envelope.
type written struct {
	from    string
	to      string
	content []byte // with CRLF, no line begins with a dot, and the last one ends.
	buffer  *bytes.Buffer
}

// buffers are used again: a mail is a few thousand octets.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// free gives the mail's memory back; its content is gone then.
func (w *written) free() {
	if w.buffer != nil && w.buffer.Cap() <= 1<<20 {
		buffers.Put(w.buffer)
	}
	w.buffer, w.content = nil, nil
}

// write makes the mail, with headers that nothing in a name or address can break out of.
func (m *Mailer) write(message Message, now time.Time) (written, error) {
	for _, v := range []string{message.FromName, message.To, message.Subject, message.ID, message.StopURL, message.Bounce} {
		if !plain(v) {
			return written{}, errors.New("mailer: a control character in a header")
		}
	}
	to, err := plainAddress(message.To)
	if err != nil {
		return written{}, err
	}
	if strings.ContainsAny(message.ID+message.StopURL, "<> \t,") {
		return written{}, errors.New("mailer: a message id or stop address with brackets or spaces")
	}
	out := written{from: m.from.Address, to: to.Address}
	if message.Bounce != "" && m.bounces != "" {
		out.from = "bounce+" + message.Bounce + "@" + m.bounces
		if _, err := plainAddress(out.from); err != nil {
			return written{}, errors.New("mailer: a sender for the envelope that is no address")
		}
	}
	from := m.from
	if message.FromName != "" {
		from.Name = message.FromName
	}
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	out.buffer = b
	header := func(name, value string) {
		b.WriteString(name)
		b.WriteString(": ")
		b.WriteString(value)
		b.WriteString("\r\n")
	}
	header("Date", now.Format(time.RFC1123Z))
	header("From", from.String())
	header("To", to.String())
	header("Subject", folded(mime.QEncoding.Encode("utf-8", message.Subject)))
	if message.ID != "" {
		header("Message-ID", "<"+message.ID+">")
	}
	header("Auto-Submitted", "auto-generated")
	header("X-Auto-Response-Suppress", "All")
	if message.StopURL != "" {
		header("List-Unsubscribe", "<"+message.StopURL+">")
		header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	header("MIME-Version", "1.0")
	if message.HTML == "" {
		part(b, "text/plain", message.Text)
		out.content = b.Bytes()
		return out, nil
	}
	// A boundary begins with "=_", which quoted-printable text never holds.
	boundary := "=_" + rand.Text()
	header("Content-Type", `multipart/alternative; boundary="`+boundary+`"`)
	b.WriteString("\r\n--" + boundary + "\r\n")
	part(b, "text/plain", message.Text)
	b.WriteString("\r\n--" + boundary + "\r\n")
	part(b, "text/html", message.HTML)
	b.WriteString("\r\n--" + boundary + "--\r\n")
	out.content = b.Bytes()
	return out, nil
}

// plainAddress reads one address without a name.
func plainAddress(text string) (*mail.Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text {
		return nil, errors.New("mailer: not one plain address")
	}
	return a, nil
}

// folded breaks a header of several encoded words over as many lines.
func folded(value string) string { return strings.ReplaceAll(value, "?= =?", "?=\r\n =?") }

// part writes the headers and the text of a part, or of a mail of one part.
func part(b *bytes.Buffer, kind, text string) {
	b.WriteString("Content-Type: " + kind + "; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	quote(b, text)
}

const hexDigits = "0123456789ABCDEF"

// clear are the octets that stand for themselves wherever they stand in a line; a space may not end one, a dot not begin one.
var clear = func() (c [256]bool) {
	for i := ' '; i < 0x7f; i++ {
		c[i] = i != '='
	}
	c['\t'] = true
	return c
}()

// quote writes text as quoted-printable (RFC 2045, 6.7): lines of at most 76 characters, line ends as CRLF. A dot at the
// start of a line is written as its number, so that SMTP needs no dot doubled.
func quote(b *bytes.Buffer, text string) {
	const most = 75 // and the "=" of a soft line end.
	column := 0
	for i := 0; i < len(text); {
		// As much as stands for itself and fits goes in one piece.
		end := i
		if column > 0 || text[i] != '.' {
			for end < len(text) && end-i < most-column && clear[text[end]] {
				end++
			}
			if end > i && (text[end-1] == ' ' || text[end-1] == '\t') && endsLine(text, end) {
				end--
			}
		}
		if end > i {
			b.WriteString(text[i:end])
			column += end - i
			i = end
			continue
		}
		c := text[i]
		switch {
		case endsLine(text, i):
			b.WriteString("\r\n")
			column = 0
			if c == '\r' {
				i++
			}
		case clear[c] && column >= most || column+3 > most:
			b.WriteString("=\r\n")
			column = 0
			continue
		default:
			b.Write([]byte{'=', hexDigits[c>>4], hexDigits[c&15]})
			column += 3
		}
		i++
	}
	if column > 0 {
		b.WriteString("\r\n")
	}
}

// endsLine tells whether a line of text ends at i.
func endsLine(text string, i int) bool {
	return i >= len(text) || text[i] == '\n' || text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n'
}
