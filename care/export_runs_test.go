package care

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// What came back week after week is told in lines below its questions, and nothing of it is lost: a letter, a draft and what other
// people may read stand on their own.
func TestWhatCameBackIsToldInLines(t *testing.T) {
	t.Parallel()
	e := &Export{as: Actor{Locale: locale.NL, Zone: time.UTC}}
	at := time.Date(2026, 10, 1, 18, 0, 0, 0, time.UTC)
	task := func(day int, status models.TaskStatus, answers ...exportAnswer) exportTask {
		due := at.AddDate(0, 0, day)
		out := exportTask{Exercise: "daily-checkin", Version: 1, Title: "Even bij elkaar", DueAt: due, Status: status, Answers: answers}
		if status == models.TaskDone {
			out.SubmittedAt = &due
		}
		return out
	}
	scale := func(n int, a library.Audience) exportAnswer {
		return exportAnswer{Question: "Hoe verbonden?", ID: "connected", Audience: a, Words: []string{"x"}, short: fmt.Sprintf("%d/10", n)}
	}
	word := func(text string) exportAnswer {
		return exportAnswer{Question: "Wat viel op?", ID: "what", place: 1, Audience: library.AudienceBoth, Words: strings.Split(text, "\n")}
	}
	tasks := []exportTask{
		task(-1, models.TaskDone, word("eerst")), // The first time it was the second question alone.
		task(0, models.TaskDone, scale(3, library.AudienceTherapist), word("een woord")),
		task(1, models.TaskDone, scale(4, library.AudienceTherapist), word("• licht\n• rustig")),
		task(2, models.TaskExpired),
		task(3, models.TaskDone, scale(5, library.AudienceBoth)), // Widened by its writer.
		task(4, models.TaskDone, word("een brief\nvan meer regels")),
		task(5, models.TaskDone, scale(7, library.AudienceTherapist)),
		{Exercise: "letter", Version: 1, Title: "Brief", DueAt: at, Status: models.TaskDone, SubmittedAt: &at, Answers: []exportAnswer{word("lief")}},
	}
	tasks[6].Partner = []exportAnswer{word("van de ander")}
	draft := task(6, models.TaskDraft)
	draft.Draft = []exportAnswer{word("een begin")}
	tasks = append(tasks, draft)

	blocks := e.taskBlocks(tasks)
	run := blocks[0]
	require.Equal(t, "Even bij elkaar: 5 keer", run.Heading)
	require.Equal(t, []string{"1. Hoe verbonden? (wie leest: jij en je therapeut)", "2. Wat viel op? (wie leest: jullie allebei en je therapeut)"}, run.Paragraphs)
	for _, row := range run.Rows {
		row[0] = strings.ReplaceAll(row[0], "\u00a0", " ")
	}
	require.Equal(t, [][]string{
		{"2: eerst", "30 sep 2026, 18:00"},
		{"1: 3/10 · 2: een woord", "1 okt 2026, 18:00"},
		{"1: 4/10 · 2: licht, rustig", "2 okt 2026, 18:00"},
		{"1: 7/10", "6 okt 2026, 18:00"},
		{"Van de ander: 2: van de ander", "6 okt 2026"},
	}, run.Rows)
	require.Equal(t, "voorbij: 3 okt 2026.", run.Note)
	var alone []string
	for _, b := range blocks[1:] {
		alone = append(alone, b.Heading)
	}
	require.Equal(t, []string{"Even bij elkaar", "Even bij elkaar", "Brief", "Even bij elkaar", "Even bij elkaar: nog niet ingestuurd"}, alone)

	require.Len(t, e.taskBlocks(tasks[:2]), 2, "twice is not again and again")
}

// A year of check-ins every day is some pages, with contents on the first.
func TestAYearOfCheckInsIsSomePages(t *testing.T) {
	t.Parallel()
	e := &Export{as: Actor{Locale: locale.EN, Zone: time.UTC}}
	var tasks []exportTask
	for day := range 365 {
		due := time.Date(2026, 1, 1, 18, 0, 0, 0, time.UTC).AddDate(0, 0, day)
		tasks = append(tasks, exportTask{Exercise: "daily-checkin", Title: "Check-in", DueAt: due, SubmittedAt: &due, Status: models.TaskDone, Answers: []exportAnswer{
			{Question: "How close?", ID: "a", Audience: library.AudienceBoth, Words: []string{"7"}}, {Question: "What stood out?", ID: "b", Audience: library.AudienceBoth, Words: []string{"We sat together after supper and talked."}},
		}})
	}
	doc := reports.Document{Locale: locale.EN, BuiltAt: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Cover: reports.Cover{Practice: "Oever", Title: "Your data"}}
	for _, title := range []string{"Who", "Agreements", "Messages", "Sessions", "Homework"} {
		doc.Sections = append(doc.Sections, reports.Section{ID: title, Title: title, Blocks: []reports.Block{{Paragraphs: []string{"Something."}}}})
	}
	doc.Sections[4].Blocks = e.taskBlocks(tasks)
	pdf, err := reports.BuildDocument(doc)
	require.NoError(t, err)
	require.LessOrEqual(t, strings.Count(string(pdf), "/Type /Page\n"), 13)
	text := WrittenIn(t, pdf)
	require.Equal(t, 365, strings.Count(text, "Wesattogether"))
	require.Equal(t, 2, strings.Count(text, "Homework"), "once where it is and once in the contents")
}
