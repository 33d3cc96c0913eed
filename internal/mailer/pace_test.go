package mailer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/mailer"
)

// watched is an SMTP server that says how many conversations a domain has at a time, and keeps each as long as a test wants.
type watched struct {
	mu     sync.Mutex
	now    map[string]int
	most   map[string]int
	mails  map[string]int
	begun  chan string
	finish chan struct{} // nil lets every mail through at once.
}

func startWatched(t *testing.T, finish chan struct{}) (*watched, string) {
	t.Helper()
	w := &watched{now: map[string]int{}, most: map[string]int{}, mails: map[string]int{}, begun: make(chan string, 1000), finish: finish}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &watchedSession{w: w}, nil }))
	server.Domain = "localhost"
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return w, ln.Addr().String()
}

type watchedSession struct {
	w      *watched
	domain string
}

func (s *watchedSession) Reset()                               {}
func (s *watchedSession) Logout() error                        { return nil }
func (s *watchedSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *watchedSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.domain = to[strings.LastIndex(to, "@")+1:]
	return nil
}

func (s *watchedSession) Data(r io.Reader) error {
	s.w.mu.Lock()
	s.w.now[s.domain]++
	s.w.most[s.domain] = max(s.w.most[s.domain], s.w.now[s.domain])
	s.w.mu.Unlock()
	s.w.begun <- s.domain
	_, err := io.Copy(io.Discard, r)
	if s.w.finish != nil && s.domain == "big.example" {
		<-s.w.finish
	}
	s.w.mu.Lock()
	s.w.now[s.domain]--
	s.w.mails[s.domain]++
	s.w.mu.Unlock()
	return err
}

func TestABusyDomainKeepsNobodyElseWaiting(t *testing.T) {
	finish := make(chan struct{})
	w, addr := startWatched(t, finish)
	m := newMailer(t, "smtp://"+addr+"?domain_pool=2&pool=8")
	var messages []mailer.Message
	for i := range 40 {
		messages = append(messages, message(fmt.Sprintf("p%d@big.example", i)))
	}
	for i := range 10 {
		messages = append(messages, message(fmt.Sprintf("p%d@Small%d.example", i, i)))
	}
	sent := make(chan []error)
	go func() { sent <- m.Send(t.Context(), messages) }()
	// All of the small ones arrive while the big domain's two conversations hang.
	small, big := 0, 0
	for small < 10 {
		if strings.HasPrefix(strings.ToLower(<-w.begun), "small") {
			small++
		} else {
			big++
		}
	}
	require.LessOrEqual(t, big, 2)
	close(finish)
	require.NoError(t, errors.Join(<-sent...))
	require.LessOrEqual(t, w.most["big.example"], 2)
	require.Equal(t, 40, w.mails["big.example"])
}

func TestADomainGetsItsRateAndWhatWouldWaitLongIsLeftForLater(t *testing.T) {
	w, addr := startWatched(t, nil)
	m := newMailer(t, "smtp://"+addr+"?domain_rate=1")
	messages := make([]mailer.Message, 60)
	for i := range messages {
		messages[i] = message(fmt.Sprintf("p%d@big.example", i))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	sent, later := 0, 0
	for _, err := range m.Send(ctx, messages) {
		var failure *mailer.Error
		switch {
		case err == nil:
			sent++
		case errors.As(err, &failure) && failure.Paced > 0:
			later++
			require.False(t, failure.Permanent)
		default:
			t.Fatal(err)
		}
	}
	require.Equal(t, 60, sent+later)
	require.Equal(t, w.mails["big.example"], sent)
	require.GreaterOrEqual(t, sent, 10, "a burst after a rest")
	require.LessOrEqual(t, sent, 14)
}

func TestBeforeIsAskedAndKeepsAMailHere(t *testing.T) {
	box := mailbox(t)
	m := newMailer(t, box.URL())
	gone := errors.New("gone")
	var asked atomic.Int32
	messages := make([]mailer.Message, 20)
	for i := range messages {
		messages[i] = message(fmt.Sprintf("p%d@client.example", i))
		messages[i].Before = func(context.Context) error {
			asked.Add(1)
			if i%2 == 1 {
				return gone
			}
			return nil
		}
	}
	for i, err := range m.Send(t.Context(), messages) {
		if i%2 == 1 {
			require.Equal(t, gone, err)
		} else {
			require.NoError(t, err)
		}
	}
	require.Len(t, box.Mails(nil), 10)
	require.EqualValues(t, 20, asked.Load())
}

// plainServer speaks SMTP without any extension, one command at a time, and says what it was told.
func plainServer(t *testing.T, extensions string, answer func(line string) string) (addr string, heard func() []string) {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	var mu sync.Mutex
	var lines []string
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_, _ = io.WriteString(conn, "220 ready\r\n")
				speak(conn, extensions, answer, func(line string) { mu.Lock(); lines = append(lines, line); mu.Unlock() })
			}()
		}
	}()
	return ln.Addr().String(), func() []string { mu.Lock(); defer mu.Unlock(); return append([]string(nil), lines...) }
}

func speak(conn net.Conn, extensions string, answer func(string) string, hear func(string)) {
	buffer, content := []byte(nil), false
	chunk := make([]byte, 4096)
	for {
		n, err := conn.Read(chunk)
		if err != nil {
			return
		}
		buffer = append(buffer, chunk[:n]...)
		for {
			line, rest, ok := strings.Cut(string(buffer), "\r\n")
			if !ok {
				break
			}
			buffer = []byte(rest)
			reply := ""
			switch {
			case content && line == ".":
				content, reply = false, answer(".")
			case content:
				continue
			case strings.HasPrefix(line, "EHLO"):
				reply = "250-localhost\r\n" + extensions + "250 HELP"
			default:
				reply = answer(line)
				content = strings.HasPrefix(reply, "354")
			}
			hear(line)
			if _, err := io.WriteString(conn, reply+"\r\n"); err != nil {
				return
			}
			if strings.HasPrefix(reply, "421") {
				return
			}
		}
	}
}

func accepting(line string) string {
	switch {
	case strings.HasPrefix(line, "DATA"):
		return "354 go on"
	case strings.HasPrefix(line, "RCPT TO:<nobody"):
		return "550 5.1.1 no such person"
	}
	return "250 fine"
}

func TestAServerWithoutExtensionsIsAskedInTurn(t *testing.T) {
	for name, extensions := range map[string]string{"plain": "", "pipelining": "250-PIPELINING\r\n"} {
		t.Run(name, func(t *testing.T) {
			// A pipelining server that waits for content although it took no recipient must not get one.
			addr, heard := plainServer(t, extensions, accepting)
			m := newMailer(t, "smtp://"+addr+"?pool=1")
			outcomes := m.Send(t.Context(), []mailer.Message{message("sam@client.example"), message("nobody@client.example"), message("robin@client.example")})
			require.NoError(t, outcomes[0])
			var refusal *mailer.Error
			require.ErrorAs(t, outcomes[1], &refusal)
			require.True(t, refusal.Permanent)
			require.Equal(t, 550, refusal.Code)
			require.NoError(t, outcomes[2], "the connection serves the next mail")
			require.NotContains(t, strings.Join(heard(), "\n"), "SMTPUTF8")
			require.Contains(t, heard(), "RSET")
		})
	}
}

func TestASettingsFaultIsNotTheRecipients(t *testing.T) {
	addr, _ := plainServer(t, "250-PIPELINING\r\n", func(line string) string {
		if strings.HasPrefix(line, "MAIL") {
			return "550 5.7.1 who are you"
		}
		return "503 in turn please"
	})
	m := newMailer(t, "smtp://"+addr)
	var refusal *mailer.Error
	require.ErrorAs(t, m.Send(t.Context(), []mailer.Message{message("sam@client.example")})[0], &refusal)
	require.False(t, refusal.Permanent)
	require.Equal(t, 550, refusal.Code)
}

func TestAServerThatHangsUpBetweenMailsIsCalledAgain(t *testing.T) {
	var hangUp atomic.Bool
	addr, _ := plainServer(t, "", func(line string) string {
		if strings.HasPrefix(line, "MAIL") && hangUp.CompareAndSwap(true, false) {
			return "421 idle too long"
		}
		return accepting(line)
	})
	m := newMailer(t, "smtp://"+addr)
	require.NoError(t, m.Send(t.Context(), []mailer.Message{message("sam@client.example")})[0])
	hangUp.Store(true)
	require.NoError(t, m.Send(t.Context(), []mailer.Message{message("robin@client.example")})[0])
}

func TestAddressesBeyondASCIISayThatTheyAre(t *testing.T) {
	addr, heard := plainServer(t, "250-SMTPUTF8\r\n", accepting)
	m := newMailer(t, "smtp://"+addr)
	require.NoError(t, m.Send(t.Context(), []mailer.Message{message("zoë@client.example")})[0])
	require.Contains(t, strings.Join(heard(), "\n"), "MAIL FROM:<noreply@example.test> SMTPUTF8")
}
