// Package sms hands text messages to a gateway over HTTP. It knows nothing of what they are about, and no one gateway: most
// take a JSON post with a bearer secret, or everything in the address.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"tussentijds/internal/outbound"
)

// Text is one message to one number.
type Text struct {
	ID   string // names the message for the gateway: the same one is the same message, also when it is handed over twice.
	To   string // E.164: + and digits.
	Text string // letters of the GSM alphabet, at most Longest.
	// Before is asked when there is a connection to the gateway, before anything of the message goes; an error keeps it here and
	// is in its outcome. Nil asks nothing.
	Before func(context.Context) error
}

// Error says why a message was not taken. Its text names nobody.
type Error struct {
	Permanent bool // the gateway will not take this message, now or later.
	Code      int  // HTTP status, 0 when there was no answer.
	cause     error
}

func (e *Error) Error() string { return "sms: not accepted" }

// Unwrap gives the cause, which may hold a number: never log it.
func (e *Error) Unwrap() error { return e.cause }

// Config says which gateway.
type Config struct {
	// URL is where messages are posted, as JSON: {"id", "to", "from", "text", "callback"}. One with {to} and {text} in it is
	// filled in and posted to without a body; {id}, {from} and {callback} may stand in it too.
	URL         string
	Token       string // sent as a bearer secret; empty for none.
	From        string // the sender that phones show; empty leaves it to the gateway.
	Callback    string // where the gateway tells how it fared; empty for nowhere.
	Concurrency int    // messages on their way at the same time; zero means 4.
	Timeout     time.Duration
}

// Gateway sends messages. It is safe for concurrent use.
type Gateway struct {
	cfg    Config
	filled bool
	client *http.Client
}

// New reads the settings; it connects to nothing yet. The address is the operator's own, so it may be inside the network, but
// a secret and numbers travel over TLS unless the gateway is this very machine.
func New(cfg Config) (*Gateway, error) {
	if !Address(cfg.URL) {
		return nil, errors.New("sms: the gateway's address is not an https address, or http on this machine")
	}
	if strings.ContainsAny(cfg.Token+cfg.From, "\r\n") {
		return nil, errors.New("sms: a line break in the secret or the sender")
	}
	if cfg.Concurrency <= 0 {
		cfg.Concurrency = 4
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 15 * time.Second
	}
	return &Gateway{cfg: cfg, filled: filled(cfg.URL), client: &http.Client{
		Timeout: cfg.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{MaxIdleConnsPerHost: cfg.Concurrency, IdleConnTimeout: 45 * time.Second, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second},
	}}, nil
}

func filled(raw string) bool { return strings.Contains(raw, "{to}") && strings.Contains(raw, "{text}") }

// Address tells whether an address can be a gateway's.
func Address(raw string) bool {
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(raw))
	if err != nil || u.Hostname() == "" || u.Fragment != "" || strings.Contains(raw, "{to}") != strings.Contains(raw, "{text}") {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && local
}

// Send hands the messages over, several at the same time. The outcomes stand in the order of the messages: nil for an
// accepted one, else an *Error.
func (g *Gateway) Send(ctx context.Context, texts []Text) []error {
	outcomes := make([]error, len(texts))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(g.cfg.Concurrency, len(texts)) {
		wg.Go(func() {
			for i := range next {
				outcomes[i] = g.sendOne(ctx, texts[i])
			}
		})
	}
	for i := range texts {
		next <- i
	}
	close(next)
	wg.Wait()
	return outcomes
}

func (g *Gateway) sendOne(ctx context.Context, text Text) error {
	if n := Length(text.Text); n < 1 || n > Longest || !number(text.To) || text.ID == "" || strings.ContainsAny(text.ID, "\r\n") {
		return &Error{Permanent: true, cause: errors.New("sms: no message to send")}
	}
	req, err := g.request(ctx, text)
	if err != nil {
		return &Error{Permanent: true, cause: err}
	}
	answer, err := outbound.Asking{Client: g.client, Before: text.Before}.Do(req)
	if err != nil {
		return &Error{cause: err}
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // To use the connection again.
	_ = answer.Body.Close()
	return judge(answer.StatusCode)
}

// body is what a gateway gets as JSON.
type body struct {
	ID       string `json:"id"`
	To       string `json:"to"`
	From     string `json:"from,omitempty"`
	Text     string `json:"text"`
	Callback string `json:"callback,omitempty"`
}

func (g *Gateway) request(ctx context.Context, text Text) (*http.Request, error) {
	to, raw := g.cfg.URL, []byte(nil)
	if g.filled {
		e := url.QueryEscape
		to = strings.NewReplacer("{to}", e(text.To), "{text}", e(text.Text), "{id}", e(text.ID), "{from}", e(g.cfg.From), "{callback}", e(g.cfg.Callback)).Replace(to)
	} else {
		var err error
		if raw, err = json.Marshal(body{ID: text.ID, To: text.To, From: g.cfg.From, Text: text.Text, Callback: g.cfg.Callback}); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	if raw != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if g.cfg.Token != "" {
		req.Header.Set("Authorization", "Bearer "+g.cfg.Token)
	}
	req.Header.Set("Idempotency-Key", text.ID)
	req.Header.Set("User-Agent", "Tussentijds/1")
	return req, nil
}

// number tells whether a text is a number in the form of E.164.
func number(to string) bool {
	return len(to) > 7 && len(to) < 17 && to[0] == '+' && to[1] != '0' && strings.Trim(to[1:], "0123456789") == ""
}

// judge reads a gateway's answer. That it does not let us in or wants to be paid is a fault of this installation, for all
// messages alike: waiting for it to be mended loses none.
func judge(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusUnauthorized, status == http.StatusPaymentRequired, status == http.StatusForbidden, status == http.StatusRequestTimeout,
		status == http.StatusConflict, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return &Error{Code: status}
	}
	return &Error{Permanent: true, Code: status, cause: fmt.Errorf("sms: answered %d", status)}
}
