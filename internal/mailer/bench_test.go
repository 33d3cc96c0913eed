package mailer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/mailer"
)

// startSink starts a server that takes every mail and forgets it.
func startSink(b *testing.B) string {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return sink{}, nil }))
	server.Domain = "localhost"
	go func() { _ = server.Serve(ln) }()
	b.Cleanup(func() { _ = server.Close() })
	return ln.Addr().String()
}

type sink struct{}

func (sink) Reset()                               {}
func (sink) Logout() error                        { return nil }
func (sink) Mail(string, *smtp.MailOptions) error { return nil }
func (sink) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (sink) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// BenchmarkSend sends mails of a usual size over kept connections.
func BenchmarkSend(b *testing.B) {
	w := startSink(b)
	m, err := mailer.New(mailer.Config{URL: "smtp://" + w, From: "noreply@example.test"})
	require.NoError(b, err)
	b.Cleanup(func() { _ = m.Close() })
	messages := make([]mailer.Message, 50)
	for i := range messages {
		messages[i] = mailer.Message{
			ID: fmt.Sprintf("m%d@example.test", i), FromName: "Praktijk", To: fmt.Sprintf("p%d@client.example", i), Subject: "Er staat iets voor je klaar",
			Text: strings.Repeat("Er staat iets voor je klaar. ", 24), HTML: "<p>" + strings.Repeat("Er staat iets voor je klaar. ", 65) + "</p>",
			StopURL: "https://example.test/reminders/stop/x",
		}
	}
	start, n := time.Now(), 0
	for b.Loop() {
		var wg sync.WaitGroup
		for range 20 {
			n += len(messages)
			wg.Go(func() {
				if err := errors.Join(m.Send(context.Background(), messages)...); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
	b.ReportMetric(float64(n)/time.Since(start).Seconds(), "mails/s")
}
