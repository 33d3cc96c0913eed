package tests

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/models"
)

// deepen adds to a filled file what only a look at the whole product needs: answers for every kind of reader, opened and
// not, halves, drafts, an agreement signed by one who did not choose freely, and a published report.
func (f *file) deepen() *file {
	f.t.Helper()
	k := f.k
	for _, exercise := range []string{"appreciation", "own-share", "core-problem", "i-message", "six-principles", "what-do-you-need", "connection-rituals"} {
		f.assign(exercise, "both")
		for _, p := range []care.Actor{f.a, f.b} {
			_, r := f.complete(p, exercise, true, true)
			if exercise == "six-principles" {
				_, err := k.Service.RevealResponse(k.Ctx, f.therapist, r.ID)
				require.NoError(f.t, err)
			}
		}
	}
	f.assign("expectations", "both")
	f.complete(f.a, "expectations", false, false) // The other half never comes: it stays with who wrote it.
	f.assign("forgiveness-reflection", "both")
	task := f.task(f.a, "forgiveness-reflection")
	_, err := k.Service.SaveDraft(k.Ctx, f.a, task.ID, f.answers(task.Exercise, func(library.Question) []care.Actor { return []care.Actor{f.a} }), 0)
	require.NoError(f.t, err)
	f.ids["draftTaskA"] = task.ID.String()
	list, err := k.Service.ListTasks(k.Ctx, f.a, "done", care.Page{Limit: 100})
	require.NoError(f.t, err)
	for _, task := range list.Data {
		f.ids["doneA."+task.Exercise.ID] = task.ID.String()
	}
	list, err = k.Service.ListTasks(k.Ctx, f.b, "all", care.Page{Limit: 100})
	require.NoError(f.t, err)
	for _, task := range list.Data {
		f.ids["anyB."+task.Exercise.ID] = task.ID.String()
	}
	f.ids["reportT"] = f.report(care.RequestReportInput{Audience: "therapist"}, false, f.staff()...).String()
	return f
}

// crawl opens every page and every answer of the API as somebody, with every id of every file, and gives all that was shown.
func (w *world) crawl(who *visitor) (shown string, pages int) {
	w.t.Helper()
	var all strings.Builder
	read := func(path string) {
		r := who.get(path)
		assert.Less(w.t, r.status, 500, path)
		pages++
		all.WriteString(r.header.Get("Location") + "\n")
		if r.status == 200 && strings.HasPrefix(r.body, "%PDF") {
			all.WriteString(pdfText(w.t, r.body))
			return
		}
		all.WriteString(r.body + "\n")
	}
	seen := map[string]bool{}
	for _, row := range matrix {
		method, path, _ := strings.Cut(row.route, " ")
		if method != "GET" || path == "/quick-exit" || strings.HasPrefix(path, "/static") || seen[row.route] && !strings.Contains(row.things, "B") {
			continue
		}
		seen[row.route] = true
		things := strings.FieldsFunc(row.things, func(r rune) bool { return r == '/' })
		if len(things) == 0 {
			read(path)
			continue
		}
		for _, f := range []*file{w.own, w.other, w.foreign} {
			read(at(path, pick(f.ids, things)) + queries[row.route])
		}
	}
	for _, base := range []string{"/api/v1/tasks/", "/portal/tasks/"} {
		for name, id := range w.own.ids {
			if strings.HasPrefix(name, "doneA.") || strings.HasPrefix(name, "anyB.") || name == "draftTaskA" {
				read(base + id)
			}
		}
	}
	for _, whose := range []string{"couple", w.own.a.ID.String(), w.own.b.ID.String()} {
		read("/desk/couples/" + w.own.couple.String() + "/year?whose=" + whose)
	}
	if r := who.do("POST", "/portal/privacy/export", who.form(url.Values{})); r.status == 200 && r.header.Get("Content-Type") == "application/zip" {
		pages++
		all.WriteString(allOf(unzip(w.t, []byte(r.body))))
	}
	read("/api/v1/reports/" + w.own.ids["reportT"])
	read("/desk/reports/" + w.own.ids["reportT"])
	read("/api/v1/couples?search=kanarie")
	read("/desk/couples?q=kanarie")
	read("/api/v1/tasks?status=all&limit=100")
	read("/api/v1/couples/" + w.own.couple.String() + "/responses?limit=100")
	read("/api/v1/couples/" + w.own.couple.String() + "/progress?month=2026-10")
	return all.String(), pages
}

func pdfText(t testing.TB, pdf string) string {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		return ""
	}
	cmd := exec.Command(program, "-", "-")
	cmd.Stdin = strings.NewReader(pdf)
	text, err := cmd.Output()
	require.NoError(t, err)
	return strings.Join(strings.Fields(string(text)), "") // A long word may be broken over lines.
}

// A unique text in every private place is found by its readers and by nobody else, wherever they look.
func TestPrivateWordsReachTheirReadersAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.own.deepen()
	// What a practice says in its messages stands in its settings for its staff; partners meet it in their messages alone.
	speakOwnWords(t, w.k)
	for which, phrase := range ownPhrases {
		w.own.watch(phrase, "own words of a practice, "+which, true, w.k.Owner, w.k.Therapist, w.k.Trainee, w.k.Colleague, w.k.Office)
	}
	canaries := slices.Concat(w.own.canaries, w.other.canaries, w.foreign.canaries)
	pages, hits := 0, 0
	met := map[string]bool{}
	for _, ro := range w.roles {
		shown, n := w.crawl(ro.who)
		pages += n
		for _, c := range canaries {
			found := strings.Contains(shown, c.text)
			switch {
			case ro.actor == nil || !c.readers[ro.actor.ID]:
				if found {
					hits++
				}
				assert.False(t, found, "%s is shown %s", ro.name, c.what)
			case found:
				met[c.text] = true
			}
		}
	}
	found := 0
	for _, c := range canaries {
		if met[c.text] {
			found++
		} else if c.shown {
			assert.Fail(t, "nobody met it", c.what)
		}
	}
	logged, log := 0, w.log.String()
	for _, c := range canaries {
		if strings.Contains(log, c.text) {
			logged++
			assert.Fail(t, "the log tells", c.what)
		}
	}
	t.Logf("%d canaries, %d pages as %d people: %d found by their readers, %d by anybody else, %d in the log", len(canaries), pages, len(w.roles), found, hits, logged)
}

// A dump of the whole database, taken as superuser, holds nothing that anybody typed in private.
func TestAStolenDumpIsUnreadable(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	f := newCouple(t, k, k.Therapist, &k.Trainee, k.Office).fill().deepen()
	var name string
	k.OwnerRow([]any{&name}, `select name from practices where id = $1`, k.Practice)
	dump, err := exec.Command(filepath.Join(testkit.PostgresBin(t), "pg_dump"), "--dbname="+testkit.SuperURL(t)).Output() // #nosec G204 -- our own server.
	require.NoError(t, err)
	require.Contains(t, string(dump), name, "what is no secret is in the dump, so the dump is whole")
	require.Contains(t, string(dump), f.couple.String())
	lower, hits := bytes.ToLower(dump), 0
	for _, c := range f.canaries {
		if strings.HasPrefix(c.what, "the room") { // A room of the practice is no word of a client.
			continue
		}
		found := bytes.Contains(dump, []byte(base64.StdEncoding.EncodeToString([]byte(c.text))[:len(c.text)]))
		for _, text := range []string{c.text, hex.EncodeToString([]byte(c.text)), hex.EncodeToString([]byte(c.text[3:]))} {
			found = found || bytes.Contains(lower, []byte(strings.ToLower(text)))
		}
		if found {
			hits++
			assert.Fail(t, "in the dump", c.what)
		}
	}
	t.Logf("%d canaries in four spellings in a dump of %d octets: %d", len(f.canaries), len(dump), hits)
}

// Destroying one person's key closes what is that person's, and nothing of anybody else.
func TestAnErasedKeyClosesOnePersonsFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.own.deepen()
	k := w.k
	theirs := map[string]bool{} // what is under the erased partner's own key.
	for _, c := range w.own.canaries {
		theirs[c.text] = len(c.readers) > 0 && c.readers[w.own.a.ID] && !c.readers[w.own.b.ID]
	}
	before, _ := w.crawl(w.roles[therapist].who)
	k.SQL(`update keys.wrapped_keys set wrapped = null, destroyed_at = $2 where owner_kind = 'person' and owner_id = $1`, w.own.a.ID, k.Clock.Now())
	after, pages := w.crawl(w.roles[therapist].who)
	ofB, _ := w.crawl(w.roles[partnerB].who)
	w.crawl(w.roles[partnerA].who)
	w.crawl(w.roles[office].who)
	gone, kept := 0, 0
	for _, c := range w.own.canaries {
		if !strings.Contains(before, c.text) {
			continue
		}
		switch {
		case theirs[c.text]:
			assert.NotContains(t, after, c.text, c.what)
			gone++
		case !c.readers[w.own.a.ID]: // The other partner's own, and the therapists' words.
			assert.Contains(t, after, c.text, c.what)
			kept++
		}
		if c.readers[w.own.b.ID] && !c.readers[w.own.a.ID] && c.shown && strings.HasPrefix(c.what, "a partner") {
			assert.Contains(t, ofB, c.text, c.what)
		}
	}
	require.Positive(t, gone)
	require.Positive(t, kept)
	for _, c := range w.other.canaries {
		assert.False(t, c.readers[k.Therapist.ID] && !strings.Contains(after, c.text), c.what)
	}
	var status models.PartnerStatus
	k.OwnerRow([]any{&status}, `select status from partners where id = $1`, w.own.a.ID)
	require.Equal(t, models.PartnerActive, status)
	t.Logf("one key destroyed: %d of that person's texts closed, %d of others still open, %d pages without a fault", gone, kept, pages)
}
