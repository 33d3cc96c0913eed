package mailer_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/local"
	"tussentijds/internal/mailer"
)

func mailbox(t *testing.T) *local.Mailbox {
	t.Helper()
	box, err := local.StartMailbox(t.Context(), local.MailboxOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = box.Stop(context.Background()) })
	return box
}

func newMailer(t *testing.T, url string) *mailer.Mailer {
	t.Helper()
	m, err := mailer.New(mailer.Config{URL: url, From: "Tussentijds <noreply@example.test>", Timeout: 5 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.Close() })
	return m
}

func message(to string) mailer.Message {
	return mailer.Message{
		ID: "abc123@example.test", FromName: "Praktijk Zoë", To: to, Subject: "Er staat iets voor je klaar",
		Text: "Hallo,\n\néén regel", HTML: "<p>Hallo, één regel</p>", StopURL: "https://example.test/reminders/stop/xyz",
	}
}

func TestSendWritesBothPartsAndTheStopHeaders(t *testing.T) {
	box := mailbox(t)
	m := newMailer(t, box.URL())
	require.Equal(t, []error{nil}, m.Send(t.Context(), []mailer.Message{message("sam@client.example")}))
	got := box.Mails(nil)
	require.Len(t, got, 1)
	require.Equal(t, "abc123@example.test", got[0].MessageID)
	require.Equal(t, "Er staat iets voor je klaar", got[0].Subject)
	require.Contains(t, got[0].From, "Praktijk Zoë")
	require.Contains(t, got[0].From, "noreply@example.test")
	require.Contains(t, got[0].Text, "één regel")
	require.Contains(t, got[0].HTML, "<p>Hallo, één regel</p>")
	require.Equal(t, "<https://example.test/reminders/stop/xyz>", got[0].Header.Get("List-Unsubscribe"))
	require.Equal(t, "List-Unsubscribe=One-Click", got[0].Header.Get("List-Unsubscribe-Post"))
	require.Equal(t, "auto-generated", got[0].Header.Get("Auto-Submitted"))
	require.Empty(t, got[0].Header.Get("User-Agent"))
}

func TestSendKeepsTheOrderOfOutcomes(t *testing.T) {
	box := mailbox(t)
	box.Refuse(func(_, to string) error {
		switch {
		case strings.HasPrefix(to, "never"):
			return local.Reply(550, "no such person "+to)
		case strings.HasPrefix(to, "later"):
			return local.Reply(451, "busy")
		}
		return nil
	})
	m := newMailer(t, box.URL())
	var messages []mailer.Message
	for i := range 120 {
		messages = append(messages, message(fmt.Sprintf("%s%d@client.example", []string{"good", "never", "later"}[i%3], i)))
	}
	for i, err := range m.Send(t.Context(), messages) {
		var failure *mailer.Error
		switch i % 3 {
		case 0:
			require.NoError(t, err)
		default:
			require.ErrorAs(t, err, &failure)
			require.Equal(t, i%3 == 1, failure.Permanent)
			require.Equal(t, map[int]int{1: 550, 2: 451}[i%3], failure.Code)
			require.NotContains(t, failure.Error(), "client.example", "an error that may be logged names nobody")
		}
	}
	require.Len(t, box.Mails(nil), 40)
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	box := mailbox(t)
	proxy, connections := counting(t, strings.TrimPrefix(box.URL(), "smtp://"))
	m := newMailer(t, "smtp://"+proxy)
	for range 10 {
		messages := make([]mailer.Message, 10)
		for i := range messages {
			messages[i] = message("sam@client.example")
		}
		for _, err := range m.Send(t.Context(), messages) {
			require.NoError(t, err)
		}
	}
	require.Len(t, box.Mails(nil), 100)
	require.Equal(t, 1, connections(), "100 mails over one connection")
}

func TestADeadConnectionIsReplaced(t *testing.T) {
	box := mailbox(t)
	proxy, _ := counting(t, strings.TrimPrefix(box.URL(), "smtp://"))
	m := newMailer(t, "smtp://"+proxy)
	require.NoError(t, m.Send(t.Context(), []mailer.Message{message("a@client.example")})[0])
	cutAll(t, proxy)
	require.NoError(t, m.Send(t.Context(), []mailer.Message{message("b@client.example")})[0])
	require.Len(t, box.Mails(nil), 2)
}

func TestNothingBreaksOutOfAHeader(t *testing.T) {
	box := mailbox(t)
	m := newMailer(t, box.URL())
	for name, change := range map[string]func(*mailer.Message){
		"name":      func(m *mailer.Message) { m.FromName = "De Brug\r\nBcc: thief@example.test" },
		"subject":   func(m *mailer.Message) { m.Subject = "x\nBcc: thief@example.test" },
		"to":        func(m *mailer.Message) { m.To = "sam@client.example\r\nRCPT TO:<thief@example.test>" },
		"two":       func(m *mailer.Message) { m.To = "sam@client.example, thief@example.test" },
		"named":     func(m *mailer.Message) { m.To = "Thief <thief@example.test>" },
		"id":        func(m *mailer.Message) { m.ID = "a> b <c" },
		"stop":      func(m *mailer.Message) { m.StopURL = "https://a>, <mailto:thief@example.test" },
		"separator": func(m *mailer.Message) { m.FromName = "a\u2028b" },
	} {
		bad := message("sam@client.example")
		change(&bad)
		var failure *mailer.Error
		require.ErrorAs(t, m.Send(t.Context(), []mailer.Message{bad})[0], &failure, name)
		require.True(t, failure.Permanent, name)
	}
	require.Empty(t, box.Mails(nil))
}

func TestTheEnvelopeNamesTheRecipientToUsAlone(t *testing.T) {
	box := mailbox(t)
	m, err := mailer.New(mailer.Config{URL: box.URL(), From: "Tussentijds <noreply@example.test>", BounceDomain: "bounce.example.test", Timeout: 5 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.Close() })
	marked, unmarked := message("a@client.example"), message("b@client.example")
	marked.Bounce = "abc234"
	require.Equal(t, []error{nil, nil}, m.Send(t.Context(), []mailer.Message{marked, unmarked}))
	got := box.Mails(local.SentTo("a@client.example"))
	require.Len(t, got, 1)
	require.Equal(t, "bounce+abc234@bounce.example.test", got[0].EnvelopeFrom)
	require.Contains(t, got[0].From, "noreply@example.test", "what people see stays the same")
	require.NotContains(t, string(got[0].Raw), "abc234")
	require.Equal(t, "noreply@example.test", box.Mails(local.SentTo("b@client.example"))[0].EnvelopeFrom)

	nowhere := newMailer(t, box.URL())
	require.Equal(t, []error{nil}, nowhere.Send(t.Context(), []mailer.Message{marked}))
	require.Equal(t, "noreply@example.test", box.Mails(local.SentTo("a@client.example"))[0].EnvelopeFrom, "nothing listens for what comes back")
	for _, bad := range []string{"a@b", "x> RCPT TO:<y", "a b", "a\r\nb"} {
		marked.Bounce = bad
		var failure *mailer.Error
		require.ErrorAs(t, m.Send(t.Context(), []mailer.Message{marked})[0], &failure, bad)
		require.True(t, failure.Permanent)
	}
	_, err = mailer.New(mailer.Config{URL: box.URL(), From: "noreply@example.test", BounceDomain: "no domain"})
	require.Error(t, err)
}

func TestNamesOfAnyKindStayNames(t *testing.T) {
	box := mailbox(t)
	m := newMailer(t, box.URL())
	for _, name := range []string{`De "Brug" <x@y.example>`, `a\b, c; d`, "Šárka Łukasz 🌱", ""} {
		box.Clear()
		msg := message("sam@client.example")
		msg.FromName = name
		require.NoError(t, m.Send(t.Context(), []mailer.Message{msg})[0])
		got := box.Mails(nil)[0]
		from, err := got.Header.AddressList("From")
		require.NoError(t, err)
		require.Len(t, from, 1)
		require.Equal(t, "noreply@example.test", from[0].Address)
		if name != "" {
			require.Equal(t, name, from[0].Name)
		}
	}
}

func TestAServerThatIsAwayIsATemporaryRefusal(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())
	m := newMailer(t, "smtp://"+addr)
	for _, err := range m.Send(t.Context(), []mailer.Message{message("a@client.example"), message("b@client.example")}) {
		var failure *mailer.Error
		require.ErrorAs(t, err, &failure)
		require.False(t, failure.Permanent)
		require.Zero(t, failure.Code)
	}
	require.Error(t, m.Check(t.Context()))
}

func TestNewRefusesSettingsWithoutRepeatingThem(t *testing.T) {
	for _, url := range []string{
		"", "smtp://", "http://u:s3cret@host", "smtp://u:s3cret@host:99999", "smtp://u:s3cret@host?starttls=maybe", "smtps://u:s3cret@host?starttls=off",
		"smtp://u:s3cret@host/path", "smtp://u:s3cret@ho st", "smtp://u:s3cret@host?x=1",
	} {
		_, err := mailer.New(mailer.Config{URL: url, From: "a@b.example"})
		require.Error(t, err, url)
		require.NotContains(t, err.Error(), "s3cret")
	}
	_, err := mailer.New(mailer.Config{URL: "smtp://localhost", From: "nobody"})
	require.Error(t, err)
	for _, url := range []string{"smtp://localhost", "smtp://u:p@mail.example:25?starttls=off", "smtps://u:p%40@mail.example", "smtp://[::1]:2525"} {
		_, err := mailer.New(mailer.Config{URL: url, From: "a@b.example"})
		require.NoError(t, err, url)
	}
}

func TestStartTLSIsNotGivenUpSilently(t *testing.T) {
	box := mailbox(t) // It speaks no TLS.
	m := newMailer(t, box.URL()+"?starttls=required")
	var failure *mailer.Error
	require.ErrorAs(t, m.Send(t.Context(), []mailer.Message{message("a@client.example")})[0], &failure)
	require.Empty(t, box.Mails(nil))
	require.False(t, errors.Is(failure, context.DeadlineExceeded))
}

func TestBeforeIsAskedWhenTheServerHasAgreedAndNothingHasGone(t *testing.T) {
	box := mailbox(t)
	var agreed []string
	box.Refuse(func(_, to string) error {
		if strings.HasPrefix(to, "never") {
			return local.Reply(550, "no such person")
		}
		agreed = append(agreed, to)
		return nil
	})
	proxy, connections := counting(t, strings.TrimPrefix(box.URL(), "smtp://"))
	m := newMailer(t, "smtp://"+proxy)
	errNo := errors.New("it is dropped")
	var messages []mailer.Message
	asked := 0
	for _, to := range []string{"never@client.example", "dropped@client.example", "fine@client.example"} {
		one := message(to)
		one.Before = func(context.Context) error {
			asked++
			require.Equal(t, to, agreed[len(agreed)-1], "the conversation has begun")
			if strings.HasPrefix(to, "dropped") {
				return errNo
			}
			return nil
		}
		messages = append(messages, one)
	}
	outcomes := m.Send(t.Context(), messages)
	var refusal *mailer.Error
	require.ErrorAs(t, outcomes[0], &refusal)
	require.ErrorIs(t, outcomes[1], errNo)
	require.NoError(t, outcomes[2])
	require.Equal(t, 2, asked, "who is refused anyway costs no look")
	require.Len(t, box.Mails(nil), 1)
	require.Equal(t, 1, connections(), "a mail that stayed here costs no connection")
}
