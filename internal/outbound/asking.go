package outbound

import (
	"context"
	"io"
	"net/http"
	"sync"
)

// Asking posts with a client and asks once more whether it may, as late as it can: when there is a connection and the body is
// to go. A request without a body asks before it connects.
type Asking struct {
	Client *http.Client
	Before func(context.Context) error // nil asks nothing.
}

// Do sends the request. When Before says no, nothing of the body has gone, and what it said is the error.
func (a Asking) Do(req *http.Request) (*http.Response, error) {
	if a.Before == nil {
		return a.Client.Do(req) // #nosec G704 -- the client looks at the address, or it is the operator's own.
	}
	if req.Body == nil || req.Body == http.NoBody {
		if err := a.Before(req.Context()); err != nil {
			return nil, err
		}
		return a.Client.Do(req) // #nosec G704 -- the client looks at the address, or it is the operator's own.
	}
	var no refusal
	asked := func(body io.ReadCloser) io.ReadCloser {
		return &askingBody{ReadCloser: body, ask: func() error { return no.note(a.Before(req.Context())) }}
	}
	req.Body = asked(req.Body)
	if again := req.GetBody; again != nil { // A kept connection that turns out dead is replaced, and asks again.
		req.GetBody = func() (io.ReadCloser, error) {
			body, err := again()
			if err != nil {
				return nil, err
			}
			return asked(body), nil
		}
	}
	answer, err := a.Client.Do(req) // #nosec G704 -- the client looks at the address, or it is the operator's own.
	if err == nil {
		return answer, nil
	}
	if said := no.said(); said != nil {
		return nil, said
	}
	return nil, err
}

// refusal keeps what Before said, which is asked in a goroutine of the transport.
type refusal struct {
	mu  sync.Mutex
	err error
}

func (r *refusal) note(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
	return err
}

func (r *refusal) said() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// askingBody asks before its first octet is read.
type askingBody struct {
	io.ReadCloser
	ask func() error
}

// Read gives the body, or what the question was answered with.
func (b *askingBody) Read(p []byte) (int, error) {
	if b.ask != nil {
		if err := b.ask(); err != nil {
			return 0, err
		}
		b.ask = nil
	}
	return b.ReadCloser.Read(p)
}
