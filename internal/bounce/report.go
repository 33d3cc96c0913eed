package bounce

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
)

// Report is all that is read of a message that came back: an action and a status code (RFC 3464, 2.3.3 and 2.3.4; RFC 3463).
type Report struct {
	Action string // failed or delayed.
	Status string // such as 5.1.1.
}

// Permanent tells whether the address, rather than this message or this day, is what is wrong: a failure of class 5, except
// one of policy (5.7), which is about the sender.
func (r Report) Permanent() bool {
	return r.Action == "failed" && strings.HasPrefix(r.Status, "5.") && !strings.HasPrefix(r.Status, "5.7.")
}

// Failed tells whether the message has not arrived and will not: one that is delayed may still.
func (r Report) Failed() bool { return r.Action == "failed" }

// Reason is a code for what was wrong: unknown (no such address), full (the mailbox takes nothing), refused (policy) or failed.
func (r Report) Reason() string {
	_, detail, _ := strings.Cut(r.Status, ".")
	switch subject, _, _ := strings.Cut(detail, "."); subject {
	case "1":
		return "unknown"
	case "2":
		return "full"
	case "7":
		return "refused"
	}
	return "failed"
}

// maxDepth is how far a report may lie within a forwarded message.
const maxDepth = 4

// Parse looks for a delivery status notification. ok is false for anything else: an automatic answer, or a person's.
func Parse(message io.Reader) (r Report, ok bool) {
	m, err := mail.ReadMessage(bufio.NewReader(message))
	if err != nil {
		return r, false
	}
	return find(textproto.MIMEHeader(m.Header), m.Body, 0)
}

func find(header textproto.MIMEHeader, body io.Reader, depth int) (Report, bool) {
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || depth > maxDepth {
		return Report{}, false
	}
	switch {
	case kind == "message/delivery-status" || kind == "message/global-delivery-status":
		return status(decoded(header, body))
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err != nil {
				return Report{}, false
			}
			if r, ok := find(part.Header, part, depth+1); ok {
				return r, true
			}
		}
	}
	return Report{}, false
}

func decoded(header textproto.MIMEHeader, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}

// status reads the groups of fields: the first is about the message, each of the others about one recipient. Our messages have
// one recipient, so the first group with an action and a status is the one.
func status(body io.Reader) (Report, bool) {
	raw, _ := io.ReadAll(io.LimitReader(body, 16<<10)) // What could be read of it.
	for group := range strings.SplitSeq(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n\n") {
		fields, err := textproto.NewReader(bufio.NewReader(bytes.NewReader([]byte(strings.TrimLeft(group, "\n") + "\r\n\r\n")))).ReadMIMEHeader()
		if err != nil && len(fields) == 0 {
			continue
		}
		action, code := strings.ToLower(word(fields.Get("Action"))), word(fields.Get("Status"))
		if (action == "failed" || action == "delayed") && statusCode(code) {
			return Report{Action: action, Status: code}, true
		}
	}
	return Report{}, false
}

// word is the first word of a field, without a comment after it.
func word(field string) string {
	field, _, _ = strings.Cut(strings.TrimSpace(field), "(")
	field, _, _ = strings.Cut(strings.TrimSpace(field), " ")
	return field
}

// statusCode tells whether a text is a status of RFC 3463: class, subject and detail.
func statusCode(code string) bool {
	parts := strings.Split(code, ".")
	if len(parts) != 3 || parts[0] != "4" && parts[0] != "5" {
		return false
	}
	for _, p := range parts {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}
