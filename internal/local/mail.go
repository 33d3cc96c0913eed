//go:build unix

package local

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/htmlindex"
)

// Mail is one mail the mailbox took: as it came, and read.
type Mail struct {
	ID           string // UUIDv7, so later mails sort after earlier ones.
	ReceivedAt   time.Time
	EnvelopeFrom string   // the SMTP sender, empty for a bounce.
	EnvelopeTo   []string // the SMTP recipients.

	From, To, Subject string // the header fields, decoded.
	Date              time.Time
	MessageID         string // without its angle brackets.
	Header            mail.Header
	Text, HTML        string // the first part of each kind, decoded to UTF-8.
	Attachments       []Attachment
	Raw               []byte
}

// Attachment is a part of a mail that is not one of its two texts, such as a calendar entry.
type Attachment struct {
	Name, Type string // Type is the bare media type.
	Data       []byte
}

// SentTo makes a filter for mails to the address, whatever its case.
func SentTo(address string) func(Mail) bool {
	return func(m Mail) bool {
		return slices.ContainsFunc(m.EnvelopeTo, func(to string) bool { return strings.EqualFold(to, address) })
	}
}

// maxDepth is how far parts may lie within parts.
const maxDepth = 8

// parseMail reads what can be read of a mail; a broken one is kept with its raw form and what came before the fault.
func parseMail(s storedMail) Mail {
	m := Mail{ID: s.ID, ReceivedAt: s.ReceivedAt, EnvelopeFrom: s.From, EnvelopeTo: s.To, Raw: s.Raw, Header: mail.Header{}}
	msg, err := mail.ReadMessage(bytes.NewReader(s.Raw))
	if err != nil {
		return m
	}
	m.Header = msg.Header
	m.From, m.To, m.Subject = decodeHeader(msg.Header.Get("From")), decodeHeader(msg.Header.Get("To")), decodeHeader(msg.Header.Get("Subject"))
	m.MessageID = strings.Trim(strings.TrimSpace(msg.Header.Get("Message-Id")), "<>")
	if date, err := msg.Header.Date(); err == nil {
		m.Date = date
	}
	m.readPart(msg.Header.Get, msg.Body, 0)
	return m
}

func decodeHeader(v string) string {
	dec := mime.WordDecoder{CharsetReader: charsetReader}
	if out, err := dec.DecodeHeader(v); err == nil {
		return out
	}
	return v
}

func charsetReader(charset string, in io.Reader) (io.Reader, error) {
	enc, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return enc.NewDecoder().Reader(in), nil
}

func (m *Mail) readPart(header func(string) string, body io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && depth < maxDepth {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err != nil {
				return
			}
			m.readPart(part.Header.Get, part, depth+1)
		}
	}
	data, _ := io.ReadAll(decodeTransfer(header("Content-Transfer-Encoding"), body)) // what could be read of it.
	disposition, dparams, _ := mime.ParseMediaType(header("Content-Disposition"))
	switch {
	case disposition != "attachment" && kind == "text/plain" && m.Text == "":
		m.Text = toUTF8(params["charset"], data)
	case disposition != "attachment" && kind == "text/html" && m.HTML == "":
		m.HTML = toUTF8(params["charset"], data)
	default:
		name := dparams["filename"]
		if name == "" {
			name = params["name"]
		}
		m.Attachments = append(m.Attachments, Attachment{Name: decodeHeader(name), Type: kind, Data: data})
	}
}

func decodeTransfer(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	default:
		return body
	}
}

func toUTF8(charset string, data []byte) string {
	if charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "us-ascii") {
		return string(data)
	}
	r, err := charsetReader(charset, bytes.NewReader(data))
	if err != nil {
		return string(data)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return string(data)
	}
	return string(out)
}
