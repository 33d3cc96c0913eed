package web

import (
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/models"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// browser is one person's browser: it keeps cookies and follows nothing by itself.
type browser struct {
	t       *testing.T
	app     *fiber.App
	cookies map[string]string
	csrf    string
}

// shown is an answer as a test looks at it.
type shown struct {
	t      *testing.T
	status int
	to     string
	html   string
	header http.Header
}

func newBrowser(t *testing.T, k *testkit.Kit) *browser {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true, ErrorHandler: ErrorHandler})
	require.NoError(t, Mount(app, k.Service, Options{BaseURL: "http://localhost:8080", Key: testKey}))
	return &browser{t: t, app: app, cookies: map[string]string{}}
}

// as is the browser of somebody signed in, as a sign-in with a password would have left it.
func as(t *testing.T, k *testkit.Kit, a care.Actor) *browser {
	t.Helper()
	b := newBrowser(t, k)
	token := randomToken() + randomToken()
	hash := sha256.Sum256([]byte(token))
	account, membership := models.NewID(), models.NewID()
	now := k.Clock.Now()
	k.SQL(`insert into accounts (id, email_index) values ($1, $2)`, account, []byte(account.String()))
	k.SQL(`insert into memberships (id, account_id, practice_id, kind, subject_id) values ($1, $2, $3, $4, $5)
		on conflict (practice_id, kind, subject_id) do update set account_id = excluded.account_id`, membership, account, a.PracticeID, a.Kind, a.ID)
	k.OwnerRow([]any{&membership}, `select id from memberships where practice_id = $1 and subject_id = $2`, a.PracticeID, a.ID)
	k.SQL(`insert into logins (id, token_hash, account_id, membership_id, practice_id, edge, stage, created_at, seen_at, fresh_at, idle_minutes, expires_at)
		values ($1, $2, $3, $4, $5, 'web', 'full', $6, $6, $6, 10, $7)`, models.NewID(), hash[:], account, membership, a.PracticeID, now, now.Add(2*time.Hour))
	b.cookies[loginCookie] = token
	return b
}

func (b *browser) do(req *http.Request) shown {
	b.t.Helper()
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	resp, html := ask(b.t, b.app, req)
	for _, c := range resp.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	if strings.Contains(resp.Header.Get("Content-Type"), "html") {
		checkMarkup(b.t, req.URL.Path, html)
		if found := csrfField.FindStringSubmatch(html); found != nil {
			b.csrf = found[1]
		}
	}
	return shown{t: b.t, status: resp.StatusCode, to: resp.Header.Get("Location"), html: html, header: resp.Header}
}

func (b *browser) get(path string) shown {
	b.t.Helper()
	return b.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// send posts a form with the token of the page that was looked at last.
func (b *browser) send(path string, form map[string][]string) shown {
	b.t.Helper()
	values := url.Values{"csrf": {b.csrf}}
	for name, v := range form {
		values[name] = v
	}
	return b.do(post(path, values))
}

func (s shown) is(status int) shown {
	s.t.Helper()
	require.Equal(s.t, status, s.status, "%s", firstWords(s.html))
	return s
}

func (s shown) goes(to string) shown {
	s.t.Helper()
	s.is(303)
	require.Equal(s.t, to, s.to)
	return s
}

func (s shown) has(texts ...string) shown {
	s.t.Helper()
	for _, text := range texts {
		require.Contains(s.t, s.html, text)
	}
	return s
}

func (s shown) hasNot(texts ...string) shown {
	s.t.Helper()
	for _, text := range texts {
		require.NotContains(s.t, s.html, text)
	}
	return s
}

var heading = regexp.MustCompile(`(?s)<h1>(.*?)</h1>|error-summary.*?</div>`)

func firstWords(html string) string { return strings.Join(heading.FindAllString(html, 3), " ") }

// typed turns answers into the fields of a form.
func typed(e *library.Exercise, a library.Answers) map[string][]string {
	out := map[string][]string{"shape": {shapeOf(e)}}
	for i := range e.Questions {
		q := &e.Questions[i]
		name := "q." + q.ID
		switch q.Type {
		case library.FieldMulti, library.FieldChecklist:
			out[name] = a.Strings(q.ID)
		case library.FieldSignature:
			person, agreed := a.Signature(q.ID)
			out[name+".name"] = []string{person}
			if agreed {
				out[name+".agreed"] = []string{"1"}
			}
		case library.FieldRows:
			for n, row := range a.Rows(q.ID) {
				for column, v := range row {
					out[name+"."+textOf(n)+"."+column] = []string{textOf(v)}
				}
			}
		case library.FieldTimer:
			out[name] = []string{clockOf(a[q.ID])}
		default:
			out[name] = []string{textOf(a[q.ID])}
		}
	}
	return out
}

// evening is when the tasks of the day are open.
func evening(k *testkit.Kit) { k.Clock.Set(time.Date(2026, 10, 5, 18, 30, 0, 0, time.UTC)) }

func TestTaskFromPhone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	evening(k)
	task, theirs := k.FirstTask(k.PartnerA, "daily-checkin"), k.FirstTask(k.PartnerB, "daily-checkin")
	sam, robin := as(t, k, k.PartnerA), as(t, k, k.PartnerB)
	at := "/portal/tasks/" + task.ID.String()

	sam.get("/portal").is(200).has("Sam", at, "data-exit")
	page := sam.get(at).is(200)
	page.has("audience-reveal", `name="draft_token"`, "data-autosave").hasNot(`<title>Dagelijkse`)
	require.Less(t, strings.Index(page.html, `class="audience `), strings.Index(page.html, `class="question"`))

	// A wrong answer keeps all that was typed, with the error at its question.
	canary := "kanarie 😀 <b>vet</b> \"'&"
	answers := typed(task.Exercise, testkit.Fill(task.Exercise, canary))
	first := "q." + task.Exercise.Questions[0].ID
	wrong := map[string][]string{}
	for name, v := range answers {
		wrong[name] = v
	}
	wrong[first] = []string{"geen van deze"}
	wrong["do"] = []string{"send"}
	sam.send(at, wrong).is(422).has("error-summary", "kanarie 😀 &lt;b&gt;vet&lt;/b&gt;", `id="q-`+task.Exercise.Questions[0].ID+`-error"`)

	// The draft saves itself and is the writer's alone.
	saved := sam.send(at+"/draft", answers).is(200)
	require.Contains(t, saved.html, `"version":`)
	robin.get("/portal/tasks/" + theirs.ID.String()).is(200).hasNot("kanarie")
	robin.get(at).is(404)
	nobodys := "/portal/tasks/01890000-0000-7000-8000-00000000ffff"
	require.Equal(t, middle(robin.get(nobodys).is(404)), middle(robin.get(at).is(404)), "another's and nobody's look the same")

	answers["do"] = []string{"send"}
	sam.send(at, answers).goes(at + "/sent")
	sam.get(at + "/sent").is(200)
	sam.get(at).is(200).has("kanarie", "taking-back")
	robin.get("/portal").is(200).hasNot("kanarie")

	// The other sends: the page after it is the same, whatever came before.
	other := typed(theirs.Exercise, testkit.Fill(theirs.Exercise, "mus"))
	other["do"] = []string{"send"}
	rat := "/portal/tasks/" + theirs.ID.String()
	robin.get(rat)
	robin.send(rat, other).goes(rat + "/sent")
	robin.get(rat + "/sent").is(200).hasNot("kanarie")
	robin.get(rat).is(200).has("kanarie 😀 &lt;b&gt;vet")
	sam.get(at).is(200).has("mus")
	// What has opened cannot be taken back.
	sam.send(at+"/taking-back", nil).is(409)
}

// middle is what stands in the middle of a page, without the token that is new each time.
func middle(s shown) string {
	s.t.Helper()
	_, body, ok := strings.Cut(s.html, "<main")
	require.True(s.t, ok)
	return csrfField.ReplaceAllString(body, "")
}

// The page after sending is the same for who is first and for who is second.
func TestSentPageTellsNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	evening(k)
	k.SQL(`update partners set locale = 'nl' where practice_id = $1`, k.Practice)
	var pages []string
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		task := k.FirstTask(who, "daily-checkin")
		b := as(t, k, who)
		at := "/portal/tasks/" + task.ID.String()
		b.get(at)
		form := typed(task.Exercise, testkit.Fill(task.Exercise, "woorden"))
		form["do"] = []string{"send"}
		b.send(at, form).goes(at + "/sent")
		pages = append(pages, strings.ReplaceAll(middle(b.get(at+"/sent").is(200)), task.ID.String(), "ID"))
	}
	require.Equal(t, pages[0], pages[1])
}

// A letter of an hour is not lost when the sign-in has expired meanwhile, with script and without.
func TestTypedWordsOutliveTheSignIn(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("responsibility-letter", k.PartnerA.ID.String(), "once")
	evening(k)
	task := k.FirstTask(k.PartnerA, "responsibility-letter")
	at := "/portal/tasks/" + task.ID.String()
	sam := as(t, k, k.PartnerA)
	page := sam.get(at).is(200)
	token := regexp.MustCompile(`name="draft_token" value="([^"]+)"`).FindStringSubmatch(page.html)
	require.NotNil(t, token)
	form := typed(task.Exercise, testkit.Fill(task.Exercise, "een lange brief"))
	form["draft_token"] = []string{token[1]}

	k.Clock.Add(3 * time.Hour)
	late := sam.send(at+"/draft", form).is(200)
	require.Contains(t, late.html, "said")
	form["do"] = []string{"send"}
	sam.send(at, form).goes("/")
	sam.get("/").is(200).has("Wat je typte is bewaard")

	again := as(t, k, k.PartnerA)
	again.get(at).is(200).has("een lange brief")

	// Private words ask for the password again once the sign-in is older than five minutes.
	k.Clock.Add(6 * time.Minute)
	again.get(at).goes("/sign-in/fresh?to=" + at)

	form["draft_token"] = []string{"made up"}
	k.Clock.Add(3 * time.Hour)
	again.send(at, form).goes("/")
}

func TestAgreementFromPhone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("trust-contract", "both", "once")
	evening(k)
	sam, robin := as(t, k, k.PartnerA), as(t, k, k.PartnerB)
	link := regexp.MustCompile(`/portal/agreements/[0-9a-f-]{36}`)
	sam.get("/portal/agreements").is(200)
	at := link.FindString(sam.get("/portal/agreements").html)
	require.NotEmpty(t, at)
	sam.get(at + "/text").is(200)
	sam.send(at+"/text", map[string][]string{"version": {"1"}, "points.0.agreement": {"Elke avond de check-in"}}).is(422).has("Elke avond de check-in", "f-points.0.measure-error")
	require.Equal(t, 3, strings.Count(sam.send(at+"/text", map[string][]string{"add_row": {"1"}, "points.0.agreement": {"Een"}, "points.1.agreement": {""}}).is(200).html, `class="rows-row"`))
	sam.get(at + "/text")
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(sam.get(at + "/text").html)[1]
	sam.send(at+"/text", map[string][]string{"version": {version}, "points.0.agreement": {"Elke avond de check-in"}, "points.0.measure": {"Een vinkje"}}).goes(at)
	robin.get(at + "/text")
	robin.send(at+"/text", map[string][]string{"version": {version}, "points.0.agreement": {"Anders"}, "points.0.measure": {"Wat ik typte"}}).is(412).has("Wat ik typte")

	revision := regexp.MustCompile(`name="revision" value="(\d+)"`)
	for _, b := range []*browser{sam, robin} {
		page := b.get(at).is(200)
		rev := revision.FindStringSubmatch(page.html)
		require.NotNil(t, rev)
		b.send(at+"/signature", map[string][]string{"revision": {rev[1]}, "name": {"Ik"}}).is(422)
		form := map[string][]string{"revision": {rev[1]}, "name": {"Ik"}, "agreed": {"1"}}
		if b == robin {
			form["not_freely"] = []string{"1"}
		}
		b.send(at+"/signature", form).goes(at)
	}
	sam.get(at).is(200).has("Sam", "Robin", "/review").hasNot("not_freely")
	sam.get(at + "/review").is(200)
	sam.send(at+"/review", map[string][]string{"kept.p1": {"yes"}, "words": {"KANARIE"}}).goes("/portal")
	sam.get(at).is(200).has("zodra jullie allebei zover zijn").hasNot("van 1", `href="`+at+`/review"`)
	robin.get(at).is(200).hasNot("KANARIE", "van 1")
	robin.get(at + "/review").is(200)
	robin.send(at+"/review", map[string][]string{"kept.p1": {"yes"}}).goes("/portal")
	for _, b := range []*browser{sam, robin} {
		b.get(at).is(200).has("KANARIE", `value="2"`)
	}
	sam.get(at+"/history").is(200).has("Elke avond de check-in", "Sam", "Robin")
	sam.get(at + "/end").is(200)
	sam.send(at+"/end", map[string][]string{"reason": {"KANARIEREDEN"}}).goes(at)
	for _, b := range []*browser{sam, robin} {
		b.get(at).is(200).hasNot("KANARIEREDEN", "/review\"", "/signature")
	}
	therapist := as(t, k, k.Therapist)
	therapist.get("/desk/couples/" + k.Couple.String() + at[len("/portal"):]).is(200).has("KANARIEREDEN")
	therapist.get("/desk").is(200).has("Een handtekening is niet vrij gezet", "Een handtekening is teruggenomen")
}

// Every page of the portal opens for a partner, weighs little, and is not for staff.
func TestPortalPagesOpen(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	evening(k)
	sam, office := as(t, k, k.PartnerA), as(t, k, k.Office)
	for _, path := range []string{"/portal", "/portal/tasks", "/portal/agreements", "/portal/progress", "/portal/progress?view=own&month=2026-09", "/portal/sessions", "/portal/reports", "/portal/privacy", "/portal/settings", "/portal/privacy/pause", "/portal/privacy/withdrawal"} {
		page := sam.get(path).is(200)
		require.Less(t, len(page.html), 50_000, path)
		require.Equal(t, "no-store", page.header.Get("Cache-Control"))
		page.has("data-exit")
	}
	for _, path := range []string{"/portal", "/portal/tasks", "/portal/progress", "/portal/privacy"} {
		status := office.get(path).status
		require.Contains(t, []int{403, 404}, status, path)
	}
	sam.get("/").goes("/portal")
	office.get("/").goes("/desk")
}

func TestSettingsAndPrivacy(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	evening(k)
	sam := as(t, k, k.PartnerA)
	version := regexp.MustCompile(`name="version" value="(\d+)"`)
	v := version.FindStringSubmatch(sam.get("/portal/settings/reminders").is(200).html)[1]
	sam.send("/portal/settings/reminders", map[string][]string{"version": {v}, "mail": {"1"}, "quiet_from": {"25:00"}, "quiet_until": {"08:00"}, "cap_per_day": {"3"}}).is(422).has("25:00", "f-quiet_from-error")
	sam.send("/portal/settings/reminders", map[string][]string{"version": {v}, "mail": {"1"}, "quiet_from": {"22:15"}, "quiet_until": {"08:00"}, "cap_per_day": {"3"}}).goes("/portal/settings/reminders")
	sam.get("/portal/settings/reminders").has("22:15", "flash")
	sam.send("/portal/settings/language", map[string][]string{"lang": {"en"}}).goes("/portal/settings")
	sam.get("/portal/settings").has("Settings", "Leave now")
	sam.send("/theme", map[string][]string{"theme": {"dark"}, "back": {"/portal/settings"}}).goes("/portal/settings")
	sam.get("/portal/settings").has(`data-theme="dark"`)

	sam.get("/portal/privacy")
	sam.send("/portal/privacy/consents", map[string][]string{"kind": {"report_line"}, "given": {"0"}}).goes("/portal/privacy")
	ticked := `name="given" value="1" checked`
	sam.get("/portal/reports").is(200).has("Your own line", `name="given"`).hasNot(ticked)
	sam.send("/portal/privacy/consents", map[string][]string{"kind": {"report_line"}, "from": {"reports"}, "given": {"1"}}).goes("/portal/reports#line")
	sam.get("/portal/reports").is(200).has(ticked)
	sam.send("/portal/privacy/consents", map[string][]string{"kind": {"report_line"}, "from": {"reports"}}).goes("/portal/reports#line") // A box without a tick sends nothing.
	sam.get("/portal/reports").is(200).hasNot(ticked)
	sam.send("/portal/privacy/pause", nil).goes("/portal/privacy")
	sam.get("/portal/privacy").has("/portal/privacy/resumption")
	sam.get("/portal").hasNot("task-card")
	sam.send("/portal/privacy/resumption", nil).goes("/portal")
	sam.send("/sign-out", nil).goes("/")
	sam.get("/portal").goes("/")
}

// An invited owner sets a password, sets up the second factor, and signs in again with both.
func TestFromInvitationToDesk(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	email := "eigenaar-" + randomToken() + "@praktijk.example"
	_, link, err := k.Service.CreatePractice(k.Ctx, care.CreatePracticeInput{Name: "Nieuwe praktijk", Email: email, Owner: "Noor", Locale: "nl"})
	require.NoError(t, err)
	at := strings.TrimPrefix(link, "http://localhost:8080")
	b := newBrowser(t, k)
	b.get(at).is(200).has("Nieuwe praktijk")
	b.get(at).is(200) // looking uses nothing up
	password := "een lange zin om te onthouden"
	b.send(at, map[string][]string{"password": {"kort"}, "password_again": {"kort"}, "locale": {"nl"}}).is(422).has("f-password-error").hasNot("kort\"")
	b.send(at, map[string][]string{"password": {password}, "password_again": {"anders dan dat"}, "locale": {"nl"}}).is(422).has("f-password_again-error").hasNot(password)
	b.send(at, map[string][]string{"password": {password}, "password_again": {password}, "locale": {"nl"}}).goes("/")
	b.get(at).is(404)

	b.get("/").is(200).has("/sign-in/enrolment")
	b.get("/portal").goes("/")
	page := b.send("/sign-in/enrolment", nil).is(200)
	secret := regexp.MustCompile(`name="secret" value="([A-Z2-7]+)"`).FindStringSubmatch(page.html)[1]
	page.has(`class="qr"`)
	uri := strings.ReplaceAll(regexp.MustCompile(`name="uri" value="([^"]+)"`).FindStringSubmatch(page.html)[1], "&amp;", "&")
	b.send("/sign-in/enrolment/confirmation", map[string][]string{"code": {"000000"}, "secret": {secret}, "uri": {uri}}).is(422).has(secret, `class="qr"`)
	code, err := totp.GenerateCode(secret, k.Clock.Now())
	require.NoError(t, err)
	b.send("/sign-in/enrolment/confirmation", map[string][]string{"code": {code}, "secret": {secret}}).goes("/")
	b.get("/").goes("/desk")

	fresh := newBrowser(t, k)
	fresh.get("/")
	wrong := fresh.send("/sign-in", map[string][]string{"email": {email}, "password": {"iets heel anders"}}).is(422)
	unknown := fresh.send("/sign-in", map[string][]string{"email": {"niemand@praktijk.example"}, "password": {"iets heel anders"}}).is(422)
	require.Equal(t, strings.ReplaceAll(middle(wrong), email, ""), strings.ReplaceAll(middle(unknown), "niemand@praktijk.example", ""))
	fresh.send("/sign-in", map[string][]string{"email": {email}, "password": {password}}).goes("/")
	fresh.get("/").is(200).has("/sign-in/code")
	fresh.send("/sign-in/code", map[string][]string{"code": {code}}).is(422) // a code counts once
	k.Clock.Add(time.Minute)
	code, err = totp.GenerateCode(secret, k.Clock.Now())
	require.NoError(t, err)
	fresh.send("/sign-in/code", map[string][]string{"code": {code}}).goes("/")
	fresh.get("/").goes("/desk")
}

// A message outlives the sign-in and each fault, and an own thread opens with the password alone.
func TestMessagesFromPhone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	sam, noor := as(t, k, k.PartnerA), as(t, k, k.Therapist)
	const alone = "/portal/messages/alone"
	hidden := regexp.MustCompile(`name="(id|token)" value="([^"]+)"`)
	form := func(page shown, body string) map[string][]string {
		out := map[string][]string{"body": {body}}
		for _, m := range hidden.FindAllStringSubmatch(page.html, -1) {
			out[m[1]] = []string{m[2]}
		}
		return out
	}
	index := sam.get("/portal/messages").is(200).has("Alleen jij en Noor, Lina lezen mee.", "binnen 2 werkdagen", "/portal/contact").html
	page := sam.get(alone).is(200).has("/portal/privacy#secrets")
	sam.send(alone, form(page, " ")).is(422).has("Schrijf eerst iets")
	long := strings.Repeat("ver", 1400)
	sam.send(alone, form(page, long)).is(422).has(long)
	sent := form(page, "Mag ik je bellen?")
	sam.send(alone, sent).goes(alone)
	sam.send(alone, sent).goes(alone)
	page = sam.get(alone).is(200).has("Verstuurd.", "Mag ik je bellen?", "taking-back")
	require.Equal(t, 1, strings.Count(page.html, "Mag ik je bellen?"), "sent once")

	base := "/desk/couples/" + k.Couple.String() + "/messages"
	noor.get("/desk").is(200).has("Bericht om te lezen", base)
	noor.get(base).is(200).has("1 nieuw", "Robin ziet niet dat dit er is").hasNot("Mag ik je bellen?")
	thread := base + "/" + k.PartnerA.ID.String()
	answer := noor.get(thread).is(200).has("Mag ik je bellen?", "Sam, Noor, Lina")
	noor.send(thread, form(answer, "")).is(422)
	noor.send(thread, form(answer, "Morgen om elf uur")).goes(thread)
	noor.get("/desk").is(200).hasNot("Bericht om te lezen")

	// What waits shows on the start page, and the page of the threads looks the same as when there was nothing.
	sam.get("/portal").is(200).has("Er is een bericht voor je").hasNot("Morgen om elf uur")
	token := regexp.MustCompile(`name="csrf" value="[^"]+"|name="(id|token)" value="[^"]+"`)
	require.Equal(t, token.ReplaceAllString(index, ""), token.ReplaceAllString(sam.get("/portal/messages").is(200).html, ""))
	taken := regexp.MustCompile(`/portal/messages/[0-9a-f-]{36}/taking-back`).FindString(page.html)
	sam.send(taken, nil).goes(alone)
	page = sam.get(alone).is(200).has("Iemand had het al gelezen", "Mag ik je bellen?", "Morgen om elf uur", "Nieuw").hasNot("taking-back")

	// After five minutes the thread asks for the password; sending does not, and a fault shows the form alone.
	k.Clock.Add(6 * time.Minute)
	sam.get(alone).goes("/sign-in/fresh?to=" + alone)
	sam.send(alone, form(page, "\n")).is(422).has("Lees wat er staat").hasNot("Mag ik je bellen?")
	sam.send(alone, form(page, "Goed, tot morgen")).goes("/portal/messages")

	// After the sign-in has expired what was typed is kept, and stands in the box again.
	page = sam.get("/portal/messages/together").is(200)
	k.Clock.Add(3 * time.Hour)
	for at, b := range map[string]*browser{alone: sam, thread: noor} {
		late := form(page, "Nog iets voor later")
		if b == noor {
			late["token"] = form(answer, "")["token"]
		}
		b.send(at, late).goes("/")
		b.get("/").is(200).has("Wat je typte is bewaard")
	}
	as(t, k, k.PartnerA).get("/portal/messages/together").is(200).has(">Nog iets voor later</textarea>")
	again := as(t, k, k.Therapist)
	page = again.get(thread).is(200).has(">Nog iets voor later</textarea>")
	again.send(thread, map[string][]string{"body": {"x"}, "token": {"made up"}}).goes(thread)
	k.Clock.Add(3 * time.Hour)
	again.send(thread, map[string][]string{"body": {"x"}, "token": {"made up"}}).goes("/")
}
