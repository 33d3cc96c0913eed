package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
)

// postbox is an SMTP server and a gateway of text messages. It counts the messages it took, by their Message-ID or the name
// that the gateway gets. It is the one thing that is never killed.
type postbox struct {
	addr    string
	server  *smtp.Server
	gateway *httptest.Server
	done    chan struct{}
	mu      sync.Mutex
	taken   map[string]int
	total   int
}

func openPostbox(ctx context.Context) (*postbox, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &postbox{addr: ln.Addr().String(), done: make(chan struct{}), taken: map[string]int{}}
	p.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return mailing{p}, nil }))
	p.server.Domain = "localhost"
	go func() { defer close(p.done); _ = p.server.Serve(ln) }()
	p.gateway = httptest.NewServer(http.HandlerFunc(p.text))
	return p, nil
}

func (p *postbox) close() {
	_ = p.server.Close()
	p.gateway.Close()
	<-p.done
}

// text takes a text message once all of it is there.
func (p *postbox) text(w http.ResponseWriter, r *http.Request) {
	var body struct{ ID string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.count(body.ID)
	w.WriteHeader(http.StatusAccepted)
}

func (p *postbox) count(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken[name]++
	p.total++
}

// messages gives how often each message was taken.
func (p *postbox) messages() (taken map[string]int, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.taken), p.total
}

type mailing struct{ p *postbox }

// Reset forgets nothing.
func (mailing) Reset() {}

// Logout ends nothing.
func (mailing) Logout() error { return nil }

// Mail takes any sender.
func (mailing) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt takes any recipient.
func (mailing) Rcpt(string, *smtp.RcptOptions) error { return nil }

// Data counts a message once all of it is there, for then the server says so.
func (m mailing) Data(r io.Reader) error {
	reader := bufio.NewReader(r)
	header, err := textproto.NewReader(reader).ReadMIMEHeader()
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, reader); err != nil {
		return err
	}
	m.p.count(strings.Trim(header.Get("Message-Id"), "<>"))
	return nil
}
