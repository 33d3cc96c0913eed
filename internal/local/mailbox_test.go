//go:build unix

package local

import (
	"context"
	"errors"
	"fmt"
	"net/smtp"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/wneessen/go-mail"
)

func startMailbox(t *testing.T, dir string) *Mailbox {
	t.Helper()
	m, err := StartMailbox(soon(t), MailboxOptions{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.Stop(context.Background()) })
	return m
}

func sendRaw(m *Mailbox, from string, to []string, raw string) error {
	return smtp.SendMail(strings.TrimPrefix(m.URL(), "smtp://"), nil, from, to, []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
}

func TestMailboxReadsWhatOurMailerWrites(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	m := startMailbox(t, dir)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	require.NoError(t, msg.FromFormat("Praktijk De Brüg", "praktijk@debrug.example"))
	require.NoError(t, msg.To("sam@client.example"))
	msg.Subject("Er staat iets voor je klaar – één minuut")
	msg.SetMessageIDWithValue("rij-1@debrug.example")
	msg.SetDate()
	msg.SetBodyString(mail.TypeTextPlain, "Dag Sam,\n\ner staat iets klaar. ✓")
	msg.AddAlternativeString(mail.TypeTextHTML, "<p>Dag Sam, er staat iets klaar. ✓</p>")
	require.NoError(t, msg.AttachReader("afspraak.ics", strings.NewReader("BEGIN:VCALENDAR\r\n"), mail.WithFileContentType("text/calendar")))
	var host string
	var port int
	_, err := fmt.Sscanf(strings.ReplaceAll(m.URL(), ":", " "), "smtp //%s %d", &host, &port)
	require.NoError(t, err)
	client, err := mail.NewClient(host, mail.WithPort(port), mail.WithTLSPolicy(mail.NoTLS))
	require.NoError(t, err)
	require.NoError(t, client.DialAndSendWithContext(soon(t), msg))

	check := func(m *Mailbox) {
		got, err := m.WaitFor(soon(t), SentTo("SAM@client.example"))
		require.NoError(t, err)
		require.Equal(t, "praktijk@debrug.example", got.EnvelopeFrom)
		require.Equal(t, []string{"sam@client.example"}, got.EnvelopeTo)
		require.Equal(t, "Praktijk De Brüg <praktijk@debrug.example>", got.From)
		require.Equal(t, "Er staat iets voor je klaar – één minuut", got.Subject)
		require.Equal(t, "rij-1@debrug.example", got.MessageID)
		require.WithinDuration(t, time.Now(), got.Date, time.Hour)
		require.Equal(t, "Dag Sam,\n\ner staat iets klaar. ✓", strings.ReplaceAll(strings.TrimSpace(got.Text), "\r\n", "\n"))
		require.Equal(t, "<p>Dag Sam, er staat iets klaar. ✓</p>", strings.TrimSpace(got.HTML))
		require.Len(t, got.Attachments, 1)
		require.Equal(t, Attachment{Name: "afspraak.ics", Type: "text/calendar", Data: []byte("BEGIN:VCALENDAR\r\n")}, got.Attachments[0])
		require.Contains(t, string(got.Raw), "Message-ID: <rij-1@debrug.example>")
		byID, ok := m.Mail(got.ID)
		require.True(t, ok)
		require.Equal(t, got, byID)
	}
	check(m)
	require.NoError(t, m.Stop(soon(t)))
	require.Error(t, sendRaw(m, "a@b.example", []string{"c@d.example"}, "Subject: late\n\n"), "a stopped server takes no mail")
	check(startMailbox(t, dir))
}

func TestMailboxOrderClearAndWait(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	m := startMailbox(t, dir)
	got := make(chan error, 1)
	ctx := soon(t)
	go func() {
		_, err := m.WaitFor(ctx, func(mail Mail) bool { return mail.Subject == "three" })
		got <- err
	}()
	for _, subject := range []string{"one", "two", "three"} {
		require.NoError(t, sendRaw(m, "a@b.example", []string{"c@d.example"}, "Subject: "+subject+"\n\nbody\n"))
	}
	require.NoError(t, <-got)
	all := m.Mails(nil)
	require.Len(t, all, 3)
	require.Equal(t, "three", all[0].Subject, "newest first")
	require.NoError(t, m.Stop(ctx))
	m = startMailbox(t, dir)
	require.Equal(t, "three", m.Mails(nil)[0].Subject, "also after a restart")
	m.Clear()
	require.Empty(t, m.Mails(nil))
	require.NoError(t, m.Stop(ctx))
	require.Empty(t, startMailbox(t, dir).Mails(nil))
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	_, err := m.WaitFor(short, SentTo("nobody@client.example"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestMailboxRefuses(t *testing.T) {
	t.Parallel()
	m := startMailbox(t, "")
	m.Refuse(func(_, to string) error {
		switch to {
		case "later@client.example":
			return Reply(451, "try again later")
		case "never@client.example":
			return errors.New("no such mailbox")
		}
		return nil
	})
	for to, code := range map[string]int{"later@client.example": 451, "never@client.example": 550, "fine@client.example": 0} {
		err := sendRaw(m, "a@b.example", []string{to}, "Subject: x\n\n")
		var answer *textproto.Error
		if code == 0 {
			require.NoError(t, err)
			continue
		}
		require.ErrorAs(t, err, &answer, to)
		require.Equal(t, code, answer.Code, to)
	}
	require.Len(t, m.Mails(nil), 1)
	m.Refuse(nil)
	require.NoError(t, sendRaw(m, "a@b.example", []string{"never@client.example"}, "Subject: x\n\n"))
}

func TestMailboxStopDoesNotWaitForIdleConnections(t *testing.T) {
	t.Parallel()
	m := startMailbox(t, "")
	idle, err := smtp.Dial(strings.TrimPrefix(m.URL(), "smtp://"))
	require.NoError(t, err)
	defer func() { _ = idle.Close() }()
	require.NoError(t, idle.Hello("localhost"))
	writing, err := smtp.Dial(strings.TrimPrefix(m.URL(), "smtp://"))
	require.NoError(t, err)
	defer func() { _ = writing.Close() }()
	require.NoError(t, writing.Mail("a@b.example"))
	require.NoError(t, writing.Rcpt("c@d.example"))
	body, err := writing.Data()
	require.NoError(t, err)

	stopped := make(chan error, 1)
	ctx := soon(t)
	go func() { stopped <- m.Stop(ctx) }()
	require.NoError(t, poll(ctx, func() (bool, error) { return idle.Noop() != nil, nil }), "an idle connection is closed")
	_, err = body.Write([]byte("Subject: begun before\r\n\r\n"))
	require.NoError(t, err)
	require.NoError(t, body.Close(), "a delivery that has begun is answered")
	require.NoError(t, <-stopped)
	require.Len(t, m.Mails(nil), 1)
}

func TestMailboxKeepsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	m := startMailbox(t, "")
	bad := []string{
		"no header at all\n",
		"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nhello\n--x broken",
		"Content-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n\n!!!\n",
		"Subject: =?utf-8?q?broken\nDate: yesterday\n\n",
		strings.Repeat("Content-Type: multipart/mixed; boundary=x\n\n--x\n", 50),
	}
	for _, raw := range bad {
		require.NoError(t, sendRaw(m, "a@b.example", []string{"c@d.example"}, raw))
	}
	all := m.Mails(nil)
	require.Len(t, all, len(bad))
	require.Contains(t, all[3].Text, "hello")
	latin := "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n=E9=E9n\n"
	require.NoError(t, sendRaw(m, "a@b.example", []string{"c@d.example"}, latin))
	require.Equal(t, "één", strings.TrimSpace(m.Mails(nil)[0].Text))
}

func TestMailboxTakesManyAtOnce(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	m := startMailbox(t, dir)
	var wg sync.WaitGroup
	errs := make(chan error, 8*10)
	for range 8 {
		wg.Go(func() {
			for range 10 {
				errs <- sendRaw(m, "a@b.example", []string{"c@d.example"}, "Subject: x\n\n")
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	require.Len(t, m.Mails(nil), 80)
	files, err := filepath.Glob(filepath.Join(dir, "*.mail.json"))
	require.NoError(t, err)
	require.Len(t, files, 80)
	info, err := os.Stat(files[0])
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}
