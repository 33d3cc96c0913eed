package web

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
)

// story is one page with made-up content.
type story struct {
	name  PageName
	path  string
	title string
	data  func(*Page) any
	wrong error
}

func id(n int) uuid.UUID { return uuid.MustParse(fmt.Sprintf("01890000-0000-7000-8000-%012d", n)) }

var storyNow = time.Date(2026, 11, 22, 18, 30, 0, 0, time.UTC)

func storyTask(n int, status models.TaskStatus) care.TaskView {
	e := everyField()
	e.Title, e.Summary, e.Minutes = same("Dagelijkse check-in", "Daily check-in"), same("Even stilstaan bij vandaag.", "A moment with today."), 3
	e.Why = same("Elke dag even contact helpt.", "A little contact every day helps.")
	e.Steps = []library.Text{same("Leg je telefoon daarna weg.", "Put your phone away afterwards."), same("Vertel elkaar één ding.", "Tell each other one thing.")}
	return care.TaskView{ID: id(n), Exercise: e, DueAt: storyNow.Add(time.Duration(n) * time.Hour), ClosesAt: storyNow.Add(30 * time.Hour), Status: status, Version: 2}
}

// storyWeek is a week with something every day, and two things besides.
func storyWeek() []care.TaskView {
	var tasks []care.TaskView
	for day := 1; day <= 7; day++ {
		t := storyTask(24*day, models.TaskOpen)
		t.AssignmentID = id(70)
		tasks = append(tasks, t)
		if day%3 == 0 {
			t.AssignmentID, t.DueAt = id(70+day), t.DueAt.Add(30*time.Minute)
			t.Exercise = everyField()
			t.Exercise.Title = same("Wekelijks relatiegesprek", "Weekly talk")
			tasks = append(tasks, t)
		}
	}
	return tasks
}

func storyAgreement() care.AgreementView {
	return care.AgreementView{
		ID: id(7), Title: "Vertrouwenscontract", Intro: "Omdat we weer op elkaar willen bouwen.", Status: models.AgreementProposed, Revision: 2, ReviewOn: "2026-12-22",
		Points:     []care.AgreementPoint{{ID: "p1", Area: "Praten", Agreement: "Elke avond om acht uur samen de check-in.", Measure: "Een vinkje per dag."}, {ID: "p2", Agreement: "Spreek ik een ex, dan zeg ik het vooraf.", Measure: "Vooraf verteld: ja of nee."}},
		Signatures: []care.SignatureView{{PartnerID: id(2), Name: "Robin", SignedAt: storyNow}}, CanSign: true, CanEdit: true, CanReview: true,
		Reviews:  []care.AgreementReviewView{{On: "2026-10-22", Kept: map[string]bool{"p1": true, "p2": false}, Words: "Het wordt makkelijker."}, {On: "2026-10-23", Name: "Robin", Kept: map[string]bool{"p1": true}}},
		Partners: []care.AgreementPartner{{ID: id(1), Name: "Sam", Signs: true}, {ID: id(2), Name: "Robin", Signs: true}}, StartsOn: "2026-10-01", EndsOn: "2027-03-01", EndsWhen: "Als we er niet meer aan hoeven te denken.",
		History: []care.AgreementRevision{
			{Revision: 1, Points: []care.AgreementPoint{{ID: "p1", Agreement: "Elke avond samen eten.", Measure: "Een vinkje per dag.", Owner: id(2).String()}}, Signatures: []care.SignatureView{{Name: "Sam", SignedAt: storyNow}, {Name: "Robin", SignedAt: storyNow, WithdrawnAt: &storyNow}}},
			{Revision: 2, Present: true, Points: []care.AgreementPoint{{ID: "p1", Agreement: "Elke avond om acht uur samen de check-in.", Measure: "Een vinkje per dag."}}, Signatures: []care.SignatureView{{Name: "Robin", SignedAt: storyNow}}},
		},
	}
}

func stories() []story {
	helplines := []models.Helpline{{NameNL: "Alarmnummer", NameEN: "Emergency", Number: "112"}, {NameNL: "Veilig Thuis", NameEN: "Veilig Thuis", Number: "0800-2000", Hours: "24/7"}}
	next := "abc"
	return []story{
		{name: "public/sign-in", path: "/", title: "web.signin.title", data: func(*Page) any { return care.SignInInput{Email: "sam@client.example"} }, wrong: fault.New(fault.Invalid, "web.signin.wrong")},
		{name: "public/choose", path: "/", title: "web.choose.title", data: func(*Page) any {
			return []care.MembershipChoice{{ID: id(1), Practice: "De Brug", Kind: "member"}, {ID: id(2), Practice: "Oever", Kind: "partner"}}
		}},
		{name: "public/factor", path: "/", title: "web.factor.title", data: func(*Page) any { return nil }, wrong: fault.Fieldf("code", "web.factor.wrong", nil)},
		{name: "public/enrol", path: "/", title: "web.enrol.title", data: func(*Page) any {
			return care.FactorEnrolment{Secret: "JBSWY3DPEHPK3PXP", URI: "otpauth://totp/Tussentijds:noor@debrug.example?issuer=Tussentijds&secret=JBSWY3DPEHPK3PXP", RecoveryCodes: []string{"abcd-efgh", "ijkl-mnop"}}
		}},
		{name: "public/reset", path: "/sign-in/reset", title: "web.reset.title", data: func(*Page) any { return resetAskView{Sent: true} }},
		{name: "public/reset-password", path: "/reset/x", title: "web.reset.title", data: func(*Page) any { return resetView{Token: "x"} }, wrong: fault.Fieldf("password", "error.field.password_short", map[string]any{"Min": 12})},
		{name: "public/fresh", path: "/sign-in/fresh", title: "web.fresh.title", data: func(*Page) any { return "/portal" }},
		{name: "public/invitation", path: "/invitation/x", title: "web.invitation.title", data: func(*Page) any {
			return invitationForm{InvitationView: care.InvitationView{PracticeName: "De Brug", Kind: "partner"}, Token: "x", Policy: "Wat je alleen vertelt, blijft bij je therapeut.\nWe bespreken samen wat je ermee doet.", In: care.AcceptInvitationInput{Locale: "nl"}}
		}, wrong: &fault.Error{Code: fault.Invalid, Fields: []fault.Field{{Location: "password", Key: "error.field.too_short", Args: map[string]any{"Min": 12}}, {Location: "accept_secrets_policy", Key: "error.field.required"}}}},
		{name: "public/error", path: "/portal/tasks/x", title: "web.error.404", data: func(p *Page) any {
			return ErrorView{Status: 404, Text: p.L.T("error.not_found"), Home: "/portal"}
		}},
		{name: "public/stop", path: "/reminders/stop/x", title: "web.stop.title", data: func(*Page) any { return stopView{Token: "x"} }},
		{name: "public/mailbox", path: "/demo/mailbox", title: "web.mailbox.title", data: func(*Page) any {
			return []MailView{{ID: "1", To: "sam@client.example", Subject: "Er staat iets voor je klaar", At: storyNow}}
		}},
		{name: "public/mail", path: "/demo/mailbox/1", title: "web.mailbox.title", data: func(*Page) any {
			m := MailView{ID: "1", From: "De Brug", To: "sam@client.example", Subject: "Er staat iets voor je klaar", At: storyNow, Text: "Hoi,\n\nhttp://localhost:8080/portal.\n\nGroet", HTML: "<style>x</style><p>Hoi &amp; welkom</p>"}
			return mailShown{MailView: m, Pieces: linked(m.Text), Words: words(m.HTML)}
		}},
		{name: "portal/today", path: "/portal", title: "portal.today.title", data: func(p *Page) any {
			room := care.SessionView{ID: id(3), Names: []string{"Noor"}, Kind: "conjoint", StartsAt: storyNow.AddDate(0, 0, 3), EndsAt: storyNow.AddDate(0, 0, 3).Add(time.Hour)}
			return todayView{care.PortalView{
				Name: "Sam", Open: []care.TaskView{storyTask(1, models.TaskOpen), storyTask(2, models.TaskDraft)}, Upcoming: []care.TaskView{storyTask(30, models.TaskOpen), storyTask(54, models.TaskOpen)}, DoneCount: 4, NextSession: &room,
				Reports: []care.ReportView{{ID: id(4), Month: "2026-10"}}, Agreements: []care.AgreementView{storyAgreement()}, Notice: true, Helplines: helplines,
			}, "portal.greeting.evening", weekAhead(p, storyWeek())}
		}},
		{name: "portal/tasks", path: "/portal/tasks", title: "portal.tasks.title", data: func(p *Page) any {
			return doneView{Days: doneByDay(p, []care.TaskView{storyTask(40, models.TaskDone), storyTask(39, models.TaskDone), storyTask(1, models.TaskDone)}), First: true, Next: &next}
		}},
		{name: "portal/task", path: "/portal/tasks/x", title: "portal.task.title", data: func(p *Page) any {
			t := storyTask(1, models.TaskOpen)
			return taskView{Task: t, Lang: string(p.Lang), Form: NewForm(t.Exercise, FormOptions{Page: p}), Shape: shapeOf(t.Exercise), DraftToken: "token"}
		}},
		{name: "portal/task-sent", path: "/portal/tasks/x/sent", title: "portal.task.title", data: func(*Page) any {
			return care.SentView{TaskID: id(1), Offers: []string{"Dank je dat je dit zegt. Praat vandaag met iemand."}, Helplines: helplines}
		}},
		{name: "portal/help", path: "/portal/contact", title: "portal.today.title", data: func(*Page) any { return helplines }},
		{name: "portal/task-take-back", path: "/portal/tasks/x", title: "portal.task.title", data: func(*Page) any { return id(1).String() }},
		{name: "portal/task-skip", path: "/portal/tasks/x", title: "portal.task.title", data: func(*Page) any { return id(1).String() }},
		{name: "portal/task-audience", path: "/portal/tasks/x", title: "portal.task.title", data: func(*Page) any {
			return widenView{TaskID: id(1), Question: "why", Label: "Wat wil je hierover kwijt?", Now: library.AudienceTherapist, Wider: []library.Audience{library.AudienceInSession, library.AudienceBoth}}
		}},
		{name: "portal/agreements", path: "/portal/agreements", title: "portal.agreements.title", data: func(*Page) any { return []care.AgreementView{storyAgreement()} }},
		{name: "portal/agreement", path: "/portal/agreements/x", title: "portal.agreement.title", data: func(*Page) any { return agreementView{AgreementView: storyAgreement()} }},
		{name: "portal/agreement-text", path: "/portal/agreements/x", title: "portal.agreement.title", data: func(*Page) any {
			return agreementTextForm{ID: "x", Title: "Vertrouwenscontract", Points: append(storyAgreement().Points, care.AgreementPoint{}), Owners: []Choice{{Value: "", Label: "Allebei"}, {Value: "1", Label: "Sam"}}, MustEnd: true, Version: 3}
		}, wrong: fault.Fieldf("points.1.measure", "agreement.measure_needed", nil)},
		{name: "portal/agreement-review", path: "/portal/agreements/x", title: "portal.agreement.title", data: func(*Page) any {
			return reviewForm{agreementView: agreementView{AgreementView: storyAgreement()}, Chosen: map[string]string{"p1": "yes"}}
		}},
		{name: "portal/agreement-history", path: "/portal/agreements/x/history", title: "portal.agreement.title", data: func(*Page) any { return agreementView{AgreementView: storyAgreement()} }},
		{name: "portal/agreement-end", path: "/portal/agreements/x/end", title: "portal.agreement.title", data: func(*Page) any { return agreementEnd{ID: "x", Reason: "Ik durf geen nee te zeggen."} }},
		{name: "portal/agreement-withdraw", path: "/portal/agreements/x", title: "portal.agreement.title", data: func(*Page) any { return "x" }},
		{name: "portal/progress", path: "/portal/progress", title: "portal.progress.title", data: storyProgress},
		{name: "portal/programme", path: "/portal/programme", title: "portal.progress.title", data: storyProgramme},
		{name: "portal/messages", path: "/portal/messages", title: "message.title", data: func(*Page) any {
			return threadView{ThreadView: care.ThreadView{State: care.ThreadOpen, Therapists: []string{"Noor", "Lina"}, Days: 2}}
		}},
		{name: "portal/message-thread", path: "/portal/messages/alone", title: "message.title", wrong: fault.Fieldf("body", "message.empty", nil), data: func(*Page) any {
			return threadView{Path: "/portal/messages/alone", ID: id(7).String(), Token: "t", ThreadView: care.ThreadView{
				PartnerID: id(1), State: care.ThreadOpen, Partners: []string{"Sam"}, Therapists: []string{"Noor"}, Days: 1, Messages: []care.MessageView{
					{ID: id(3), AuthorKind: "member", Author: "Noor", Body: "Dank je, ik kom er in onze sessie op terug.", SentAt: storyNow, New: true},
					{ID: id(2), AuthorKind: "partner", Mine: true, Author: "Sam", Body: "Ik wil je iets vragen.\n\nKan dat hier?", SentAt: storyNow.Add(-time.Hour), CanTakeBack: true},
					{ID: id(1), AuthorKind: "partner", Erased: true, SentAt: storyNow.Add(-2 * time.Hour)},
				},
			}}
		}},
		{name: "portal/sessions", path: "/portal/sessions", title: "portal.sessions.title", data: func(*Page) any {
			one := care.SessionView{Names: []string{"Noor"}, Kind: "conjoint", StartsAt: storyNow, EndsAt: storyNow.Add(time.Hour), Status: models.SessionPlanned}
			gone := one
			gone.Status = models.SessionCancelled
			return sessionsView{Coming: []care.SessionView{one, gone}, Past: []care.SessionView{gone}}
		}},
		{name: "portal/reports", path: "/portal/reports", title: "portal.reports.title", data: func(*Page) any {
			var v reportsView
			for i, audience := range []string{"couple", "partner", "couple"} {
				report := care.ReportView{ID: id(4 + i), Month: []string{"2026-10", "2026-10", "2026-09"}[i], Audience: audience}
				if i == 0 {
					report.CorrectedAt = &storyNow
				}
				v.add(report)
			}
			return v
		}},
		{name: "portal/report", path: "/portal/reports/x", title: "portal.report.title", data: storyReport},
		{name: "portal/privacy", path: "/portal/privacy", title: "portal.privacy.title", data: func(*Page) any {
			given := storyNow
			return privacyView{
				care.PrivacyView{Status: models.PartnerActive, Helplines: helplines, Consents: []care.ConsentView{{Kind: models.ConsentTreatment, Given: true, GivenAt: &given, Version: 1, Current: 1}, {Kind: models.ConsentSecretsPolicy, Given: true, GivenAt: &given, Version: 1, Current: 2}, {Kind: models.ConsentReportLine, Current: 1}}},
				"Wat je alleen vertelt, blijft bij je therapeut.",
				lookedList{Lines: []lookedLine{
					{care.AuditView{ActorName: "Noor", ActorKind: "member", Role: "therapist", Act: "read", ObjectKind: "response", At: storyNow}, 4},
					{care.AuditView{ActorName: "Joost", ActorKind: "member", Role: "owner", Act: "something_new", ObjectKind: "new", At: storyNow, Emergency: true}, 1},
					{care.AuditView{ActorKind: "system", Act: "build", ObjectKind: "report", At: storyNow.Add(-24 * time.Hour)}, 2},
				}, First: "/portal/privacy#looked", Next: "/portal/privacy?cursor=abc#looked"},
			}
		}},
		{name: "portal/export", path: "/portal/privacy/export", title: "portal.privacy.title", data: func(*Page) any { return nil }, wrong: fault.New(fault.RateLimited, "")},
		{name: "portal/pause", path: "/portal/privacy/pause", title: "portal.privacy.title", data: func(*Page) any { return nil }},
		{name: "portal/withdraw", path: "/portal/privacy/withdrawal", title: "portal.privacy.title", data: func(*Page) any { return nil }},
		{name: "portal/devices", path: "/portal/settings/devices", title: "portal.settings.title", wrong: fault.Fieldf("phone", "channels.field.phone", nil), data: func(*Page) any {
			made := storyNow.AddDate(0, 0, -3)
			return DevicesPage{
				Base: portalDevices, Title: "Afspraak · Tussentijds", Phone: &care.PhoneView{Offered: true}, Typed: "06 123",
				Devices: care.DevicesView{PublicKey: "BAAA", Devices: []care.DeviceView{{ID: id(1), Device: "iphone", CreatedAt: made, Mark: "x"}, {ID: id(2), Device: "windows", CreatedAt: made, Mark: "y"}}},
				Feed:    care.FeedView{Exists: true, URL: "https://portal.example/calendar/abcdefghijklmnopqrstuvwxyz0123456789.ics", MadeAt: &made},
				Dead:    []care.DeadChannel{{Channel: "mail", Reason: "unknown"}, {Channel: "sms", Reason: "failed"}},
			}
		}},
		{name: "portal/leads", path: "/portal/settings/reminders/times", title: "moments.title", wrong: fault.Fieldf("leads.task.closing", "error.field.number", map[string]any{"Min": 1, "Max": 24}), data: func(p *Page) any {
			p.Actor.Kind = "partner"
			r := &Request{L: p.L}
			return r.leadsPage([]care.LeadChoice{
				{Kind: "task.closing", Unit: "hours", Least: 1, Most: 24, Lead: models.Lead{On: true, Hours: 30}, Own: true, Standard: models.Lead{On: true, Hours: 3}},
				{Kind: "session.day_before", Unit: "days", Clock: true, Optional: true, Least: 1, Most: 3, Standard: models.Lead{On: true, Days: 1, At: "18:00"}},
				{Kind: "report.again", Unit: "days", After: true, Least: 1, Most: 14, Own: true, Standard: models.Lead{}},
			}, 3, true)
		}},
		{name: "portal/settings", path: "/portal/settings", title: "portal.settings.title", data: func(*Page) any {
			return settingsView{Me: care.MeView{Name: "Sam", Email: "sam@client.example", Locale: "nl"}}
		}},
		{name: "portal/reminders", path: "/portal/settings/reminders", title: "portal.settings.title", wrong: fault.Fieldf("channels.tasks", "choices.field.push", nil), data: func(p *Page) any {
			p.Actor.Kind = "partner"
			v := RemindersPage{Base: portalReminders, Devices: portalDevices, P: care.PreferenceView{
				QuietFrom: "21:30", QuietUntil: "08:00", CapPerDay: 4, Channels: map[string][]string{"tasks": {"mail", "sms"}, "reports": {}},
				Setup: []care.ChannelSetup{{Channel: "mail", Ready: true}, {Channel: "push", Lacks: "device"}, {Channel: "sms", Ready: true}},
			}}
			v.group("partner")
			return v
		}},
	}
}

func storyProgress(p *Page) any {
	me, other := id(1), id(2)
	p.Actor.ID = me
	var mine, theirs []care.ProgressPoint
	for i := range 12 {
		day := models.Day(fmt.Sprintf("2026-11-%02d", 1+2*i))
		mine = append(mine, care.ProgressPoint{On: day, Value: float64(4 + i%4)})
		theirs = append(theirs, care.ProgressPoint{On: day, Value: float64(3 + i%5)})
	}
	before := 18.5
	got := care.ProgressView{
		Month: "2026-11", Homework: care.HomeworkCount{Assigned: 20, Done: 14}, Sessions: care.SessionCount{Held: 1},
		Weeks:       []care.HomeworkWeek{{On: "2026-11-02", Assigned: 7, Done: 6}, {On: "2026-11-09", Assigned: 7, Done: 3}, {On: "2026-11-16", Assigned: 6, Done: 5}},
		Charts:      []care.ProgressSeries{{Measure: "near", Title: "Verbondenheid", PartnerID: &other, Max: 10, Points: theirs}, {Measure: "near", Title: "Verbondenheid", PartnerID: &me, Max: 10, Points: mine}},
		Instruments: []care.InstrumentProgress{{Title: "Relatiechecklist", PartnerID: &me, On: "2026-11-15", Score: 23, Max: 40, Band: "onderweg", Previous: &before, Caveat: "Een gesprekshulp, geen test."}},
		Agreements:  []care.AgreementProgress{{Title: "Vertrouwenscontract", Kept: 5, Asked: 6}},
		Wins:        []care.WinView{{On: "2026-11-12", Text: "Een week zonder ruzie"}},
	}
	got.Charts = got.Series
	got.Series = append(got.Series, care.ProgressSeries{Measure: "new", Title: "Hoe fijn iets nieuws was", PartnerID: &other, Max: 10, Points: theirs[:1]}, care.ProgressSeries{Measure: "new", Title: "Hoe fijn iets nieuws was", PartnerID: &me, Max: 10, Points: mine[:2]})
	v := progressView{ProgressView: got, Audience: "couple", Before: "2026-10"}
	v.draw(p, got)
	if where, ok := storyProgramme(p).(programmeView); ok {
		v.Programme = &where
	}
	return v
}

func storyProgramme(p *Page) any {
	programme, _ := library.FindProgramme("infidelity-3-phase")
	in := func(t library.Text) string { return t.In(string(p.Lang)) }
	v := care.CoupleProgrammeView{Status: "active", Title: in(programme.Title), Range: in(programme.Range.Text), Phase: 2, StartedOn: "2026-08-17"}
	for i, phase := range programme.Phases {
		v.Phases = append(v.Phases, care.PhaseView{Number: i + 1, Title: in(phase.Title), Range: in(phase.Range)})
	}
	now := programme.Phases[1]
	v.Goal, v.Mine, v.Ours = in(now.Goal), in(now.Roles.Hurt), in(now.Roles.Both)
	v.Reached = []care.MilestoneView{{Title: in(programme.Phases[0].Milestones[0].Title), ReachedOn: "2026-09-14"}}
	return programmeView{v}
}

func storyReport(p *Page) any {
	var doc care.ReportDocument
	doc.Report = care.ReportView{ID: id(4), Month: "2026-10"}
	s := &doc.Snapshot
	s.Audience, s.Locale, s.PracticeName, s.TherapistName, s.CoupleName = "couple", p.Lang, "De Brug", "Noor", "Sam en Robin"
	s.PartnerNames = []string{"Sam", "Robin"}
	s.Month = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	s.PeriodFrom, s.PeriodTo, s.BuiltAt = s.Month, s.Month.AddDate(0, 1, -1), storyNow
	s.TherapistNote = "Jullie zijn goed op weg.\n\nGa zo door."
	s.NextSteps = []string{"Elke zondag het weekgesprek."}
	s.Sessions.Held = 2
	return doc
}

// TestPages renders every page of the portal and every public one in both languages. With TT_STORYBOOK the pages stay.
func TestPages(t *testing.T) {
	pages := embeddedPages()
	dir := os.Getenv("TT_STORYBOOK")
	told := map[PageName]bool{}
	for _, s := range stories() {
		told[s.name] = true
		for _, lang := range locale.Langs {
			for _, theme := range []string{"light", "dark"} {
				p := storyPage(lang, theme, s.path, nil)
				p.now = storyNow
				p.Title, p.Practice = p.L.T(s.title), "De Brug"
				p.Actor = care.Actor{Kind: "partner", Stage: "full", ID: id(1)}
				p.Demo = s.name == "public/sign-in"
				if s.wrong != nil && lang == locale.NL {
					p.fault(fault.From(s.wrong))
				}
				p.Data = s.data(p)
				var out fasthttp.Response
				require.NoError(t, pages.render(&out, s.name, p), s.name)
				html := string(out.Body())
				checkMarkup(t, string(s.name), html)
				require.Less(t, len(html), 50_000, "%s is heavier than a page may be", s.name)
				if dir != "" {
					file := strings.ReplaceAll(string(s.name), "/", "-") + "-" + string(lang) + "-" + theme + ".html"
					require.NoError(t, os.WriteFile(filepath.Join(dir, file), out.Body(), 0o600))
				}
			}
		}
	}
	for name := range pages.pages {
		if !strings.HasPrefix(string(name), "desk/") {
			require.True(t, told[name], "page %s has no story", name)
		}
	}
}

var usedKey = regexp.MustCompile(`"((?:web|portal|desk|error|message)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*)"`)

// TestTextsExist looks for every message key that a template or a handler names, in both languages.
func TestTextsExist(t *testing.T) {
	files, err := filepath.Glob("pages/*/*.html")
	require.NoError(t, err)
	code, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := 0
	for _, name := range append(files, code...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		body, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range usedKey.FindAllStringSubmatch(string(body), -1) {
			if ext := filepath.Ext(m[1]); ext == ".css" || ext == ".js" || ext == ".svg" {
				continue
			}
			found++
			for _, lang := range locale.Langs {
				// A key that is only the beginning of one ("web.audience.") does not match, because of its last dot.
				require.True(t, locale.Has(lang, m[1]), "%s names %s, which is not in %s", name, m[1], lang)
			}
		}
	}
	require.Greater(t, found, 300)
}

// A chart below a heading that says the same is not named twice to the eye; one with a name of its own is.
func TestChartIsNamedOnce(t *testing.T) {
	v := ChartView{Title: "Eigen inzet"}
	require.True(t, v.Named("Inzet: eigen inzet"))
	require.True(t, v.Named("Eigen inzet"))
	require.False(t, v.Named("Inzet"))
	require.False(t, v.Named(""))
	require.False(t, v.Named(nil))
}

// What could not be built has ended, and was not made.
func TestWhatFailedWasNotMade(t *testing.T) {
	p := ReportProgress{MonthProgress: care.MonthProgress{Total: 16, Built: 16, Failed: 1}}
	require.Equal(t, 15, p.Made())
	require.False(t, p.Busy())
}
