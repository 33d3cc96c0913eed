package bounce_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tussentijds/internal/bounce"
)

// dsn is a report as Postfix writes it, with the words of the server and the message it is about in it.
func dsn(action, status string) string {
	return strings.ReplaceAll(`From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounce+abc@bounce.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="1C2D.1600000000/mx.example"

--1C2D.1600000000/mx.example
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example. Status: 2.0.0 Action: delivered

--1C2D.1600000000/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon,  5 Oct 2026 10:00:00 +0200 (CEST)

Final-Recipient: rfc822; sam@client.example
Action: `+action+`
Status: `+status+`
Diagnostic-Code: smtp; 550 5.1.1 <sam@client.example>: Recipient address
    rejected: User unknown

--1C2D.1600000000/mx.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

Subject: Er staat iets voor je klaar

Status: 5.9.9
--1C2D.1600000000/mx.example--
`, "\n", "\r\n")
}

// taken is what a receiver told us.
type taken struct {
	token  string
	report bounce.Report
}

func receiver(t *testing.T, listen string, fail func() error) (r *bounce.Receiver, all func() []taken) {
	t.Helper()
	var mu sync.Mutex
	var list []taken
	r, err := bounce.Start(t.Context(), bounce.Options{
		Listen: listen, Domain: "bounce.example", Ours: func(token string) bool { return token == "abc234" },
		Take: func(_ context.Context, token string, report bounce.Report) error {
			mu.Lock()
			defer mu.Unlock()
			if fail != nil {
				if err := fail(); err != nil {
					return err
				}
			}
			list = append(list, taken{token, report})
			return nil
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.Stop(context.Background()) })
	return r, func() []taken { mu.Lock(); defer mu.Unlock(); return append([]taken{}, list...) }
}

// client connects over SMTP, or LMTP.
func client(t *testing.T, r *bounce.Receiver, lmtp bool) *smtp.Client {
	t.Helper()
	conn, err := net.DialTimeout("tcp", r.Addr(), 5*time.Second)
	require.NoError(t, err)
	c := smtp.NewClient(conn)
	if lmtp {
		c = smtp.NewClientLMTP(conn)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestAReportIsReadAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{"127.0.0.1:0", "smtp://127.0.0.1:0", "lmtp://127.0.0.1:0"} {
		r, all := receiver(t, listen, nil)
		c := client(t, r, strings.HasPrefix(listen, "lmtp"))
		require.NoError(t, c.SendMail("", []string{"bounce+ABC234@Bounce.Example"}, strings.NewReader(dsn("failed", "5.1.1"))))
		require.NoError(t, c.SendMail("MAILER-DAEMON@mx.example", []string{"bounce+abc234@bounce.example"}, strings.NewReader(dsn("delayed", "4.4.7"))))
		require.NoError(t, c.SendMail("", []string{"bounce+abc234@bounce.example"}, strings.NewReader("Subject: Afwezig\r\n\r\nIk ben met verlof. Status: 5.1.1\r\n")), "an automatic answer is taken and forgotten")
		require.Equal(t, []taken{{"abc234", bounce.Report{Action: "failed", Status: "5.1.1"}}, {"abc234", bounce.Report{Action: "delayed", Status: "4.4.7"}}}, all())
	}
}

func TestOnlyOurOwnAddressesAreTaken(t *testing.T) {
	t.Parallel()
	r, all := receiver(t, "127.0.0.1:0", nil)
	for _, to := range []string{"sam@client.example", "bounce+other@bounce.example", "bounce+abc234@elsewhere.example", "bounce@bounce.example", "bounce+@bounce.example", "abc234@bounce.example", "postmaster@bounce.example"} {
		err := client(t, r, false).SendMail("", []string{to}, strings.NewReader(dsn("failed", "5.1.1")))
		var refusal *smtp.SMTPError
		require.ErrorAs(t, err, &refusal, to)
		require.Equal(t, 550, refusal.Code, to)
	}
	require.Error(t, client(t, r, false).SendMail("", []string{"bounce+abc234@bounce.example", "bounce+abc234@bounce.example"}, strings.NewReader(dsn("failed", "5.1.1"))), "one at a time")
	require.Error(t, client(t, r, false).SendMail("", []string{"bounce+abc234@bounce.example"}, strings.NewReader(dsn("failed", "5.1.1")+strings.Repeat("a", 70)+strings.Repeat("\r\n0123456789", 60_000))), "too large")
	require.Empty(t, all())
}

func TestWhatCannotBeTakenNowComesAgain(t *testing.T) {
	t.Parallel()
	away := true
	r, all := receiver(t, "127.0.0.1:0", func() error {
		if away {
			return errors.New("away")
		}
		return nil
	})
	c := client(t, r, false)
	err := c.SendMail("", []string{"bounce+abc234@bounce.example"}, strings.NewReader(dsn("failed", "5.1.1")))
	var refusal *smtp.SMTPError
	require.ErrorAs(t, err, &refusal)
	require.True(t, refusal.Temporary())
	away = false
	require.NoError(t, client(t, r, false).SendMail("", []string{"bounce+abc234@bounce.example"}, strings.NewReader(dsn("failed", "5.1.1"))))
	require.Len(t, all(), 1)
	require.NoError(t, r.Stop(t.Context()))
	require.NoError(t, r.Stop(t.Context()), "again is harmless")
	_, err = net.DialTimeout("tcp", r.Addr(), time.Second)
	require.Error(t, err)
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		action, status, reason string
		permanent, failed      bool
	}{
		{"failed", "5.1.1", "unknown", true, true},
		{"failed", "5.2.2", "full", true, true},
		{"failed", "5.0.0", "failed", true, true},
		{"Failed (final)", "5.4.1 (no route)", "failed", true, true},
		{"failed", "5.7.1", "refused", false, true},
		{"failed", "4.4.7", "failed", false, true},
		{"delayed", "4.2.2", "full", false, false},
		{"delayed", "5.1.1", "unknown", false, false},
	} {
		r, ok := bounce.Parse(strings.NewReader(dsn(c.action, c.status)))
		require.True(t, ok, c.status)
		require.Equal(t, []any{c.reason, c.permanent, c.failed}, []any{r.Reason(), r.Permanent(), r.Failed()}, c.status)
	}
	for _, c := range [][2]string{{"delivered", "2.1.5"}, {"relayed", "2.0.0"}, {"expanded", "2.0.0"}, {"failed", "2.0.0"}, {"failed", "5.1"}, {"failed", "5.1.x"}, {"failed", ""}, {"", "5.1.1"}, {"failed", "5.1111.1"}} {
		_, ok := bounce.Parse(strings.NewReader(dsn(c[0], c[1])))
		require.False(t, ok, c)
	}
	encoded := strings.Replace(dsn("failed", "5.1.1"), "Content-Type: message/delivery-status\r\n", "Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: quoted-printable\r\n", 1)
	r, ok := bounce.Parse(strings.NewReader(strings.Replace(encoded, "Status: 5.1.1\r\nDiag", "Status:=205.1=\r\n.1\r\nDiag", 1)))
	require.True(t, ok)
	require.Equal(t, "5.1.1", r.Status)
}

func TestNoMessageBreaksIt(t *testing.T) {
	t.Parallel()
	whole := dsn("failed", "5.1.1")
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(whole)
		for range rapid.IntRange(0, 20).Draw(t, "changes") {
			if len(text) == 0 {
				break
			}
			at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				text[at] = rapid.Byte().Draw(t, "octet")
			case 1:
				text = append(text[:at:at], text[at+1:]...)
			default:
				text = text[:max(at, 1)]
			}
		}
		if r, ok := bounce.Parse(strings.NewReader(string(text))); ok && (r.Action != "failed" && r.Action != "delayed" || len(r.Status) > 11) {
			t.Fatalf("read %+v", r)
		}
	})
	nested := "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + strings.Repeat("--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n", 500)
	_, ok := bounce.Parse(strings.NewReader(nested))
	require.False(t, ok)
}
