package care_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/local"
	"tussentijds/internal/mailer"
	"tussentijds/internal/testkit"
	"tussentijds/models"
	"tussentijds/worker"
)

// BenchmarkReminders takes due reminders all the way: claimed, checked, opened, written, sent over SMTP, marked and put on
// the record. Its floor is the same mails over the same SMTP server and nothing else.
func BenchmarkReminders(b *testing.B) {
	box, err := local.StartMailbox(b.Context(), local.MailboxOptions{})
	require.NoError(b, err)
	smtp, err := mailer.New(mailer.Config{URL: box.URL(), From: "noreply@example.test", Timeout: 5 * time.Second})
	require.NoError(b, err)
	b.Cleanup(func() { _ = smtp.Close(); _ = box.Stop(context.Background()) })
	k := testkit.New(b, func(d *care.Deps) { d.Mailer = worker.Mailer{SMTP: smtp} })
	const couples = 500
	for range couples {
		id, _, _ := k.NewCouple(k.Therapist, "Voornaam", "Achternaam")
		_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, id, care.AssignExerciseInput{
			ExerciseID: "appreciation", For: "both", StartsOn: string(models.DayOf(k.Clock.Now().In(k.Zone))),
			Schedule: care.ScheduleInput{Kind: "once", At: "20:00"},
		})
		require.NoError(b, err)
	}
	k.SQL(`update reminders set state = 'skipped', reason = 'arranged' where cause_kind <> 'task' or moment <> 'due' or practice_id <> $1`, k.Practice)
	k.SQL(`analyze reminders`)
	k.Clock.Set(atClock(k, 5, 20, 0))

	b.Run("floor", func(b *testing.B) {
		messages := make([]mailer.Message, 50)
		for i := range messages {
			messages[i] = mailer.Message{
				ID: fmt.Sprintf("m%d@example.test", i), FromName: "Praktijk", To: fmt.Sprintf("p%d@client.example", i), Subject: "Er staat iets voor je klaar",
				Text: string(make([]byte, 0, 700)) + "Hallo,\n\nEr staat iets voor je klaar.\n", HTML: fmt.Sprintf("<p>%01900d</p>", 0), StopURL: "https://example.test/reminders/stop/x",
			}
		}
		start := time.Now()
		for b.Loop() {
			var wg sync.WaitGroup
			for range 2 * couples / 50 {
				wg.Go(func() { smtp.Send(context.Background(), messages) })
			}
			wg.Wait()
		}
		b.ReportMetric(float64(b.N*2*couples)/time.Since(start).Seconds(), "mails/s")
	})
	b.Run("reminders", func(b *testing.B) {
		took := time.Duration(0)
		for b.Loop() {
			b.StopTimer()
			k.SQL(`update reminders set state = 'planned', reason = '', sent_at = null where practice_id = $1 and cause_kind = 'task' and moment = 'due'`, k.Practice)
			b.StartTimer()
			start := time.Now()
			batches, err := k.Worker.ClaimDueReminders(k.Ctx, 1000)
			if err != nil {
				b.Fatal(err)
			}
			var wg sync.WaitGroup
			for _, batch := range batches {
				wg.Go(func() {
					if err := k.Worker.SendReminders(k.Ctx, batch); err != nil {
						b.Error(err)
					}
				})
			}
			wg.Wait()
			took += time.Since(start)
		}
		b.ReportMetric(float64(b.N*2*couples)/took.Seconds(), "mails/s")
	})
	require.Equal(b, 2*couples, k.Count("reminders where practice_id = $1 and state = 'sent'", k.Practice))
}
