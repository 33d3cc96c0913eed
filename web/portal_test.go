package web

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// names gives the names under each day ahead.
func names(days []dayAhead) [][]string {
	var out [][]string
	for _, d := range days {
		var day []string
		for _, t := range d.Tasks {
			day = append(day, t.Name)
		}
		out = append(out, day)
	}
	return out
}

func TestWeekAheadFoldsWhatIsDaily(t *testing.T) {
	p := storyPage(locale.NL, "", "/portal", nil)
	p.now = storyNow
	got := weekAhead(p, storyWeek())
	require.Len(t, got.Daily, 1)
	require.Equal(t, "Dagelijkse check-in", got.Daily[0].Name)
	require.True(t, got.Daily[0].From.IsZero(), "it begins tomorrow")
	require.Equal(t, [][]string{{"Wekelijks relatiegesprek"}, {"Wekelijks relatiegesprek"}}, names(got.Days))

	// It begins later: the line says so.
	got = weekAhead(p, storyWeek()[3:])
	require.Len(t, got.Daily, 1)
	require.Equal(t, 4, int(got.Daily[0].From.Sub(storyNow).Hours()/24))

	// A day off, another time or too few days: each stands under its own day.
	gap := append(storyWeek()[:2:2], storyWeek()[4:]...)
	require.Empty(t, weekAhead(p, gap).Daily)
	moved := storyWeek()
	moved[1].DueAt = moved[1].DueAt.Add(15 * time.Minute)
	require.Empty(t, weekAhead(p, moved).Daily)
	require.Len(t, weekAhead(p, storyWeek()[:3]).Days, 3)
	require.Equal(t, ahead{}, weekAhead(p, nil))
}

// Every day at eight stays every day at eight when the clock goes back.
func TestWeekAheadAcrossTheClockChange(t *testing.T) {
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	require.NoError(t, err)
	p := storyPage(locale.NL, "", "/portal", nil)
	p.zone, p.now = amsterdam, time.Date(2026, 10, 22, 9, 0, 0, 0, amsterdam)
	var tasks []care.TaskView
	for day := range 7 {
		task := storyTask(1, models.TaskOpen)
		task.AssignmentID, task.DueAt = uuid.New(), time.Date(2026, 10, 22+day, 20, 0, 0, 0, amsterdam).UTC()
		if day > 0 {
			task.AssignmentID = tasks[0].AssignmentID
		}
		tasks = append(tasks, task)
	}
	got := weekAhead(p, tasks)
	require.Len(t, got.Daily, 1)
	require.Empty(t, got.Days)
}

func TestLookedRunsAreOneLine(t *testing.T) {
	me := care.Actor{ID: id(1)}
	noor, own := id(2), id(1)
	at := func(minutes int, act, kind string) care.AuditView {
		return care.AuditView{At: storyNow.Add(-time.Duration(minutes) * time.Minute), Act: act, ObjectKind: kind, ActorKind: "member", ActorName: "Noor", ActorID: &noor, Role: "owner"}
	}
	var l lookedList
	mine := at(1, "read", "task")
	mine.ActorID = &own
	other := at(12, "read", "agreement")
	other.ActorName = "Joost"
	for _, e := range []care.AuditView{mine, at(0, "read", "agreement"), at(5, "change", "agreement"), at(10, "read", "agreement"), other, at(59, "read", "agreement"), at(61, "read", "agreement"), at(62, "read", "agreement")} {
		require.True(t, l.add(me, e))
	}
	var told []string
	var times []int
	for _, line := range l.Lines {
		told, times = append(told, line.ActorName+" "+line.Act), append(times, line.Times)
	}
	require.Equal(t, []string{"Noor read", "Noor change", "Joost read", "Noor read"}, told)
	require.Equal(t, []int{3, 1, 1, 2}, times)

	p := storyPage(locale.NL, "", "/portal/privacy", nil)
	require.Equal(t, "las jullie afspraak", p.LookedDid(l.Lines[0]))
	require.Equal(t, "bekeek iets in je dossier", p.LookedDid(lookedLine{AuditView: at(0, "read", "new_thing")}))
	require.Equal(t, "deed iets in je dossier", p.LookedDid(lookedLine{AuditView: at(0, "new_act", "new_thing")}))
	for i := range 30 {
		fits := l.add(me, at(200+100*i, "read", "agreement"))
		require.Equal(t, i < lookedLines-4, fits, i)
	}
}

var nextLooked = regexp.MustCompile(`href="(/portal/privacy\?cursor=[^"#]+)#looked"`)

// Page by page, everything that others did is there, each once, twenty lines a page.
func TestLookedPages(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	evening(k)
	month := k.Clock.Now().Format("2006-01")
	for i := range 43 {
		_, err := k.Service.Progress(k.Ctx, k.Therapist, k.Couple, month, "therapist")
		require.NoError(t, err)
		if i%2 == 0 { // a second look soon after is no second line.
			k.Clock.Add(time.Minute)
			_, err = k.Service.Progress(k.Ctx, k.Therapist, k.Couple, month, "therapist")
			require.NoError(t, err)
		}
		k.Clock.Add(2 * time.Hour)
	}
	sam := as(t, k, k.PartnerA)
	path, looks, twice := "/portal/privacy", 0, 0
	for page := 1; ; page++ {
		require.Less(t, page, 6, "the list has an end")
		html := sam.get(path).is(200).html
		_, lines, _ := strings.Cut(html, `class="lines looked"`)
		lines, _, _ = strings.Cut(lines, "</ul>")
		looks += strings.Count(lines, "bekeek hoe het gaat")
		twice += strings.Count(lines, "2 keer")
		next := nextLooked.FindStringSubmatch(html)
		if next == nil {
			break
		}
		require.Equal(t, lookedLines, strings.Count(lines, "<li>"), path)
		path = strings.ReplaceAll(next[1], "&amp;", "&")
	}
	require.Equal(t, 43, looks)
	require.Equal(t, 22, twice)
}

var widening = regexp.MustCompile(`href="(/portal/tasks/[^"]+/audience\?question=[^"]+)"`)

// A private answer is not opened to more people with a sign-in of long ago: somebody else may hold the phone.
func TestWideningAsksThePassword(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("effort-check", "both", "weekly")
	k.Clock.Set(time.Date(2026, 10, 5, 18, 30, 0, 0, time.UTC))
	task := k.FirstTask(k.PartnerA, "effort-check")
	sam, robin := as(t, k, k.PartnerA), as(t, k, k.PartnerB)
	at := "/portal/tasks/" + task.ID.String()
	sam.get(at)
	answers := typed(task.Exercise, testkit.Fill(task.Exercise, "kanarie"))
	answers["do"] = []string{"send"}
	sam.send(at, answers).goes(at + "/sent")
	found := widening.FindStringSubmatch(sam.get(at).is(200).html)
	require.NotNil(t, found)
	form := found[1]
	_, question, _ := strings.Cut(form, "question=")
	sam.get(form).is(200)
	k.Clock.Add(6 * time.Minute)
	fresh := "/sign-in/fresh?to=" + strings.NewReplacer("/", "%2F", "?", "%3F", "=", "%3D").Replace(form)
	sam.get(form).goes(fresh)
	sam.send(at+"/audience", map[string][]string{"question": {question}, "audience": {"both"}}).goes(fresh)
	sam.get(fresh).is(200).has(`name="to" value="` + form + `"`)
	robin.get(at).is(404)
	sam.get(at).goes("/sign-in/fresh?to=" + at)
}
