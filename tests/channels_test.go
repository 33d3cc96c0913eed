package tests

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/local"
	"tussentijds/internal/mailer"
	"tussentijds/internal/push"
	"tussentijds/internal/push/pushtest"
	"tussentijds/internal/sms"
	"tussentijds/internal/testkit"
	"tussentijds/worker"
)

// leaving is all that leaves a server by itself, as those see it who carry it.
type leaving struct {
	box  *local.Mailbox
	push *pushtest.Server

	mu      sync.Mutex
	texts   []string // requests to a gateway, whole.
	figures []string // what metrics are made of.
	log     strings.Builder
}

// Write takes the log.
func (l *leaving) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log.Write(line)
}

// watchLeaving makes a practice whose mails, notes and texts go to servers that keep them.
func watchLeaving(t *testing.T) (*testkit.Kit, *leaving) {
	t.Helper()
	l := &leaving{push: pushtest.Start(t)}
	var err error
	l.box, err = local.StartMailbox(t.Context(), local.MailboxOptions{})
	require.NoError(t, err)
	smtp, err := mailer.New(mailer.Config{URL: l.box.URL(), From: "noreply@example.test", BounceDomain: "bounces.example.test", Timeout: 10 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { _ = smtp.Close(); _ = l.box.Stop(context.Background()) })
	gateway := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var head strings.Builder
		_ = r.Header.Write(&head)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.texts = append(l.texts, r.URL.String()+"\n"+head.String()+string(body))
	}))
	t.Cleanup(gateway.Close)
	texter, err := sms.New(sms.Config{URL: gateway.URL, Token: "geheim", Callback: "http://localhost:8080/hooks/sms"})
	require.NoError(t, err)
	k := testkit.New(t, func(d *care.Deps) {
		d.Demo, d.Mailer, d.Texter = true, worker.Mailer{SMTP: smtp}, texter
		d.Pusher = push.New(push.Config{Contact: "post@praktijk.example", Loopback: true})
		d.Log = slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
		d.Departed = func(one care.Departure) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.figures = append(l.figures, one.Channel+" "+one.Outcome)
		}
	})
	return k, l
}

// over has somebody told of everything over all that can be chosen.
func (l *leaving) over(t *testing.T, k *testkit.Kit, who care.Actor, channels ...string) {
	t.Helper()
	to := l.push.Device()
	_, err := k.Service.Subscribe(k.Ctx, who, care.SubscribeInput{Endpoint: to.Endpoint, P256dh: to.P256dh, Auth: to.Auth, UserAgent: "Mozilla/5.0 (Linux; Android 15) Firefox"})
	require.NoError(t, err)
	groups, most := map[string][]string{}, 20
	for _, group := range care.GroupsOf(who.Kind) {
		groups[group] = channels
	}
	_, err = k.Service.ChangeReminderPreferences(k.Ctx, who, care.ChangePreferenceInput{Channels: groups, CapPerDay: &most})
	require.NoError(t, err)
}

// What leaves the server holds nothing private either: mails with their envelopes and headers, notes to browsers, texts, what
// waits in the queue, the log, and what metrics are made of.
func TestMailAndJobsTellNothing(t *testing.T) {
	t.Parallel()
	k, l := watchLeaving(t)
	f := newCouple(t, k, k.Therapist, &k.Trainee, k.Office).fill().deepen()
	speakOwnWords(t, k)
	require.NoError(t, k.Service.ChangeLanguage(k.Ctx, f.b, "en"))
	l.over(t, k, f.a, "mail", "push", "sms")
	l.over(t, k, f.b, "push", "sms")
	l.over(t, k, f.therapist, "mail", "push")
	send := func(rounds int) {
		for range rounds {
			k.Clock.Add(2 * time.Hour)
			for again := true; again; { // What goes over one more channel is due at once, what was put back a little later.
				ids := k.IDs(`update reminders set state = 'claimed', attempts = attempts + 1, lease_until = $2::timestamptz + interval '5 minutes', sending_since = null
					where practice_id = $1 and state = 'planned' and not_before <= $2 returning id`, k.Practice, k.Clock.Now())
				if again = len(ids) > 0; again {
					require.NoError(t, k.Worker.SendReminders(k.Ctx, care.DueBatch{PracticeID: k.Practice, IDs: ids}))
					k.Clock.Add(time.Minute)
				}
			}
		}
	}
	send(21)
	// Each file of the process has its sessions on days of its own, which may be weeks away.
	var next time.Time
	require.NoError(t, connect(t, testkit.SuperURL(t)).QueryRow(k.Ctx, `select min(not_before) from reminders where practice_id = $1 and cause_kind = 'session' and state = 'planned'`, k.Practice).Scan(&next))
	k.Clock.Set(next.Add(-time.Hour))
	send(15)
	require.NoError(t, k.Service.PausePartner(k.Ctx, f.b))
	send(7)
	for _, p := range []care.Actor{f.a, f.b} {
		k.SQL(`update partners set status = 'invited' where id = $1`, p.ID)
		require.NoError(t, k.Service.InvitePartner(k.Ctx, f.therapist, f.couple, p.ID))
	}
	send(7)
	conn := connect(t, testkit.SuperURL(t))
	jobs := strings.Join(column[string](t, conn, `select to_jsonb(j)::text from jobs j where practice_id = $1 union all select to_jsonb(r)::text from reminders r where practice_id = $1`, k.Practice), "\n")
	require.Contains(t, jobs, "build_report")

	told, octets := 0, 0
	tells := func(what, text string, own ...string) {
		octets += len(text)
		// One's own address or number is where it goes to; lines of a mail are broken anywhere.
		text = strings.ReplaceAll(text, "=\r\n", "")
		for _, word := range own {
			text = strings.ReplaceAll(text, word, "")
		}
		text = strings.ToLower(text)
		for _, c := range f.canaries {
			if strings.Contains(text, strings.ToLower(c.text)) {
				told++
				assert.Fail(t, what+" tells", c.what)
			}
		}
	}
	mails, notes := l.box.Mails(nil), l.push.Notes()
	for _, m := range mails {
		require.Len(t, m.EnvelopeTo, 1)
		tells("a mail", string(m.Raw), m.EnvelopeTo[0])
		tells("a mail, read", strings.Join([]string{m.Subject, m.From, m.Text, m.HTML, m.MessageID}, "\n"))
		tells("an envelope", m.EnvelopeFrom+"\n"+m.EnvelopeTo[0], m.EnvelopeTo[0])
	}
	for _, n := range notes {
		tells("a note", strings.Join([]string{n.Raw, n.Title, n.Body, n.Lang, n.Open, n.Topic, n.TTL, n.Urgency, n.Contact}, "\n"))
	}
	l.ownWordsOf(t, f)
	numbers := map[string]bool{}
	for _, request := range l.texts {
		for _, c := range f.canaries {
			if c.what == "a partner's number" && strings.Contains(request, `"to":"`+c.text+`"`) {
				numbers[c.text] = true
				request = strings.ReplaceAll(request, `"to":"`+c.text+`"`, "")
			}
		}
		tells("a text", request)
	}
	tells("the log", l.log.String())
	tells("a metric", strings.Join(l.figures, "\n"))
	tells("a job", jobs)
	require.Empty(t, phrasesIn(l.log.String()+jobs), "what a practice says is in its messages alone")
	require.GreaterOrEqual(t, len(mails), 5)
	require.GreaterOrEqual(t, len(notes), 5)
	require.Len(t, numbers, 2, "each got texts")
	kinds := column[string](t, conn, `select distinct cause_kind from reminders where practice_id = $1 and state = 'sent' order by 1`, k.Practice)
	require.Subset(t, kinds, []string{"agreement", "alert", "invitation", "message", "report", "session", "task"})
	t.Logf("%d mails, %d notes and %d texts about %v, with jobs, log and figures %d octets: %d of %d canaries", len(mails), len(notes), len(l.texts), kinds, octets, told, len(f.canaries))
}

// ownWordsOf wants a practice's own words in each message to whom they are meant for, in the reader's language, and none in what
// another practice sends over the same servers.
func (l *leaving) ownWordsOf(t *testing.T, f *file) {
	t.Helper()
	k := f.k
	elsewhere, err := k.Service.SendTest(k.Ctx, k.ForeignPartner, "mail")
	require.NoError(t, err)
	_, err = k.Service.AssignExercise(k.Ctx, k.ForeignTherapist, k.ForeignCouple, care.AssignExerciseInput{
		ExerciseID: "appreciation", For: "both", StartsOn: k.Clock.Now().In(k.Zone).Format("2006-01-02"), Schedule: care.ScheduleInput{Kind: "once", At: "20:00"},
	})
	require.NoError(t, err)
	own := len(l.box.Mails(nil))
	k.SQL(`update reminders set state = 'claimed', due_at = $2, not_before = $2, lease_until = $2::timestamptz + interval '5 minutes', sending_since = null where practice_id = $1 and state = 'planned'`, k.ForeignTherapist.PracticeID, k.Clock.Now())
	ids := k.IDs(`select id from reminders where practice_id = $1 and state = 'claimed'`, k.ForeignTherapist.PracticeID)
	require.Contains(t, ids, elsewhere.ID)
	require.NoError(t, k.Worker.SendReminders(k.Ctx, care.DueBatch{PracticeID: k.ForeignTherapist.PracticeID, IDs: ids}))
	mails := l.box.Mails(nil)
	require.Greater(t, len(mails), own)
	reads := map[string]string{f.canaries[1].text: "nl", f.canaries[4].text: "en"} // What stands before the @ of a partner's address.
	for i, m := range mails {
		said := m.Subject + "\n" + m.Text + "\n" + m.HTML
		lang, partner := reads[strings.Split(m.EnvelopeTo[0], "@")[0]]
		switch {
		case i < len(mails)-own: // The newest come first.
			assert.Empty(t, phrasesIn(said), "another practice's mail")
		case partner:
			says(t, "a partner's mail", said, lang, "ready", "reminder", "invitation")
		default:
			says(t, "a member's mail", said, "nl", "desk")
		}
	}
	for _, n := range l.push.Notes() {
		if n.Open == "/desk" {
			says(t, "a member's note", n.Raw, n.Lang, "desk")
		} else {
			says(t, "a partner's note", n.Raw, n.Lang, "ready", "reminder")
		}
	}
	for _, request := range l.texts {
		lang := "nl"
		if strings.Contains(request, f.canaries[5].text) {
			lang = "en"
		}
		says(t, "a text", request, lang, "ready", "reminder")
	}
}

// A calendar that fetches the sessions of a whole file tells nobody anything but when, and each only of the own ones.
func TestCalendarsTellNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	h := open(t, k)
	f := newCouple(t, k, k.Therapist, &k.Trainee, k.Office).fill().deepen()
	anybody := h.signIn(nil)
	appointments := map[string]int{}
	hits, octets := 0, 0
	for name, who := range map[string]care.Actor{"partner A": f.a, "partner B": f.b, "therapist": f.therapist, "trainee": k.Trainee, "office": k.Office} {
		v, err := k.Service.RenewFeed(k.Ctx, who)
		require.NoError(t, err)
		r := anybody.get(strings.TrimPrefix(v.URL, "http://localhost:8080"))
		require.Equal(t, 200, r.status)
		unfolded := strings.ReplaceAll(r.body, "\r\n ", "")
		appointments[name] = strings.Count(unfolded, "BEGIN:VEVENT")
		octets += len(unfolded)
		for _, c := range f.canaries {
			if strings.Contains(strings.ToLower(unfolded), strings.ToLower(c.text)) {
				hits++
				assert.Fail(t, "a calendar tells", "%s to %s", c.what, name)
			}
		}
		for _, id := range []string{f.couple.String(), f.a.ID.String(), f.b.ID.String(), f.therapist.ID.String(), k.Practice.String(), f.ids["session"], f.ids["sessionB"]} {
			assert.NotContains(t, unfolded, id)
		}
		assert.NotContains(t, h.log.String(), strings.TrimPrefix(v.URL, "http://localhost:8080/calendar/"))
	}
	require.Equal(t, map[string]int{"partner A": 1, "partner B": 2, "therapist": 2, "trainee": 2, "office": 0}, appointments)
	t.Logf("%d calendars of %d octets: %d of %d canaries", len(appointments), octets, hits, len(f.canaries))
}
