package care_test

import (
	"bytes"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

func request(t *testing.T, k *testkit.Kit, in care.RequestReportInput) care.ReportView {
	t.Helper()
	if in.Month == "" {
		in.Month = "2026-10"
	}
	v, err := k.Service.RequestReport(k.Ctx, k.Therapist, k.Couple, in)
	require.NoError(t, err)
	return v
}

func build(t *testing.T, k *testkit.Kit, id uuid.UUID) care.ReportView {
	t.Helper()
	require.NoError(t, care.BuildReport(k.Worker, k.Ctx, k.Practice, id))
	v, err := k.Service.Report(k.Ctx, k.Therapist, id)
	require.NoError(t, err)
	return v
}

func approve(t *testing.T, k *testkit.Kit, v care.ReportView) care.ReportView {
	t.Helper()
	out, err := k.Service.ApproveReport(k.Ctx, k.Therapist, v.ID, nil, v.Version)
	require.NoError(t, err)
	return out
}

func TestAReportGoesFromRequestToReader(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := request(t, k, care.RequestReportInput{Audience: "couple"})
	require.Equal(t, models.ReportQueued, v.Status)
	require.Equal(t, "nl", v.Locale, "the first partner's language")
	require.Equal(t, 1, k.Count("jobs where kind = 'build_report' and subject_id = $1", v.ID))
	again := request(t, k, care.RequestReportInput{Audience: "couple"})
	require.Equal(t, v.ID, again.ID)
	require.Equal(t, 1, k.Count("jobs where kind = 'build_report' and subject_id = $1", v.ID), "asking twice is one job")
	_, _, err := k.Service.ReportPDF(k.Ctx, k.Therapist, v.ID)
	requireCode(t, fault.Conflict, err)

	v = build(t, k, v.ID)
	require.Equal(t, models.ReportDraft, v.Status)
	require.Len(t, *v.SHA256, 64)
	for _, p := range []care.Actor{k.PartnerA, k.PartnerB} {
		_, err = k.Service.Report(k.Ctx, p, v.ID)
		requireCode(t, fault.NotFound, err) // A draft is not there yet.
		_, _, err = k.Service.ReportPDF(k.Ctx, p, v.ID)
		requireCode(t, fault.NotFound, err)
		_, err = k.Service.ReadReport(k.Ctx, p, v.ID)
		requireCode(t, fault.NotFound, err)
	}

	n, err := k.Service.WriteReportNote(k.Ctx, k.Trainee, v.ID, "Mooi gewerkt", v.Version)
	require.NoError(t, err)
	require.Equal(t, models.ReportQueued, n.Status)
	_, err = k.Service.WriteReportNote(k.Ctx, k.Therapist, v.ID, "Anders", v.Version)
	requireCode(t, fault.Stale, err)
	n = build(t, k, v.ID)
	require.Equal(t, "Mooi gewerkt", n.Note)
	require.NotEqual(t, *v.SHA256, *n.SHA256)

	_, err = k.Service.ApproveReport(k.Ctx, k.Trainee, v.ID, nil, n.Version)
	requireCode(t, fault.Forbidden, err)
	p := approve(t, k, n)
	require.Equal(t, models.ReportPublished, p.Status)
	require.Equal(t, 2, k.Count("reminders where cause_kind = 'report' and cause_id = $1 and recipient_kind = 'partner' and moment = 'now'", v.ID), "one report in one language: both are told")
	_, err = k.Service.ApproveReport(k.Ctx, k.Therapist, v.ID, nil, p.Version)
	requireCode(t, fault.Conflict, err)
	_, err = k.Service.WriteReportNote(k.Ctx, k.Therapist, v.ID, "Te laat", p.Version)
	requireCode(t, fault.Conflict, err)

	pdf, seen, err := k.Service.ReportPDF(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
	require.Equal(t, *n.SHA256, *seen.SHA256)
	require.Empty(t, seen.Note)
	doc, err := k.Service.ReadReport(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err)
	require.Equal(t, "Mooi gewerkt", doc.Snapshot.TherapistNote)
	require.Equal(t, "Sam & Robin", doc.Snapshot.CoupleName)
	require.Equal(t, 1, k.Count("audit_events where object_id = $1 and act = 'print' and partner_id = $2", v.ID, k.PartnerB.ID))

	w, err := k.Service.WithdrawReport(k.Ctx, k.Therapist, v.ID, p.Version)
	require.NoError(t, err)
	require.Equal(t, models.ReportWithdrawn, w.Status)
	_, err = k.Service.Report(k.Ctx, k.PartnerA, v.ID)
	requireCode(t, fault.NotFound, err)
	require.Equal(t, 0, k.Count("reminders where cause_kind = 'report' and cause_id = $1 and state = 'planned'", v.ID))
	require.NotEqual(t, v.ID, request(t, k, care.RequestReportInput{Audience: "couple"}).ID, "a new one can be asked for")
}

func TestAJobMayRunTwice(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	id := request(t, k, care.RequestReportInput{Audience: "couple"}).ID
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := care.BuildReport(k.Worker, k.Ctx, k.Practice, id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	first := build(t, k, id)
	require.Equal(t, models.ReportDraft, first.Status)
	second := build(t, k, id)
	require.Equal(t, first.Version, second.Version)
	require.Equal(t, *first.SHA256, *second.SHA256)
	require.NoError(t, care.BuildReport(k.Worker, k.Ctx, k.Practice, models.NewID()), "a report that is gone is nothing to do")
	require.NoError(t, care.PublishReport(k.Worker, k.Ctx, k.Practice, id), "nor is one that nobody approved")
	require.Equal(t, models.ReportDraft, build(t, k, id).Status)
}

func TestAReportIsPublishedAtItsMoment(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	at := k.Clock.Now().Add(24 * time.Hour)
	v, err := k.Service.ApproveReport(k.Ctx, k.Therapist, v.ID, &at, v.Version)
	require.NoError(t, err)
	require.Equal(t, models.ReportApproved, v.Status)
	require.Equal(t, 1, k.Count("jobs where kind = 'publish' and subject_id = $1 and run_at = $2", v.ID, at))
	require.NoError(t, care.PublishReport(k.Worker, k.Ctx, k.Practice, v.ID))
	_, err = k.Service.Report(k.Ctx, k.PartnerA, v.ID)
	requireCode(t, fault.NotFound, err) // Not before its moment.
	k.Clock.Set(at)
	for range 2 {
		require.NoError(t, care.PublishReport(k.Worker, k.Ctx, k.Practice, v.ID))
	}
	v, err = k.Service.Report(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err)
	require.Equal(t, models.ReportPublished, v.Status)
	require.Equal(t, 2, k.Count("reminders where cause_kind = 'report' and cause_id = $1 and moment = 'now'", v.ID))

	// Asked for anew it is a new revision that is approved anew.
	n := request(t, k, care.RequestReportInput{Audience: "couple"})
	require.Equal(t, v.ID, n.ID)
	require.Equal(t, 2, n.Revision)
	seen, err := k.Service.Report(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err, "what is published stays while a corrected one is made")
	require.Equal(t, []any{models.ReportPublished, 1, *v.SHA256}, []any{seen.Status, seen.Revision, *seen.SHA256})
	require.Equal(t, models.ReportDraft, build(t, k, n.ID).Status)
}

// A line that was taken back after the report was built is not published, neither at once nor later.
func TestALineTakenBackIsNotPublished(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	at := k.Clock.Now().Add(time.Hour)
	later := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple", Locale: "en"}).ID)
	_, err := k.Service.ApproveReport(k.Ctx, k.Therapist, later.ID, &at, later.Version)
	require.NoError(t, err)
	k.Clock.Add(time.Minute)
	require.NoError(t, k.Service.ChangeConsent(k.Ctx, k.PartnerB, "report_line", false))
	_, err = k.Service.ApproveReport(k.Ctx, k.Therapist, v.ID, nil, v.Version)
	requireCode(t, fault.Conflict, err)
	require.Equal(t, "progress.consent_changed", fault.From(err).Key)
	k.Clock.Set(at)
	require.NoError(t, care.PublishReport(k.Worker, k.Ctx, k.Practice, later.ID))
	again, err := k.Service.Report(k.Ctx, k.Therapist, later.ID)
	require.NoError(t, err)
	require.Equal(t, models.ReportQueued, again.Status)
	require.Equal(t, 2, again.Revision)
	approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID))
}

func TestTherapistsAreToldOfDraftsOnce(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	told := "reminders where practice_id = $1 and cause_kind = 'approval' and recipient_id = $2"
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	build(t, k, request(t, k, care.RequestReportInput{Audience: "therapist"}).ID)
	require.Equal(t, 1, k.Count(told+" and moment = 'now'", k.Practice, k.Therapist.ID))
	require.Equal(t, 2, k.Count(told+" and moment = 'again' and due_at = $3", k.Practice, k.Therapist.ID, k.Clock.Now().AddDate(0, 0, 3)), "once more for each that is left lying")
	require.Equal(t, 0, k.Count(told, k.Practice, k.Trainee.ID), "a trainee does not approve")
	approve(t, k, v)
	require.Equal(t, 0, k.Count(told+" and moment = 'now' and state = 'planned'", k.Practice, k.Therapist.ID))
	require.Equal(t, 1, k.Count(told+" and state = 'planned'", k.Practice, k.Therapist.ID), "the other one still waits")
	k.Clock.Add(13 * time.Hour)
	build(t, k, request(t, k, care.RequestReportInput{Audience: "partner", PartnerID: k.PartnerA.ID.String()}).ID)
	require.Equal(t, 1, k.Count(told+" and moment = 'now' and state = 'planned'", k.Practice, k.Therapist.ID))
}

func TestEachIsToldOfTheReportInTheOwnLanguage(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	nl := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple", Locale: "nl"}).ID)
	en := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple", Locale: "en"}).ID)
	require.NotEqual(t, nl.ID, en.ID)
	approve(t, k, nl)
	approve(t, k, en)
	told := "reminders where cause_id = $1 and recipient_id = $2 and moment = 'now'"
	require.Equal(t, 1, k.Count(told, nl.ID, k.PartnerA.ID))
	require.Equal(t, 0, k.Count(told, nl.ID, k.PartnerB.ID))
	require.Equal(t, 0, k.Count(told, en.ID, k.PartnerA.ID))
	require.Equal(t, 1, k.Count(told, en.ID, k.PartnerB.ID))
}

func TestAPartnersOwnReportIsThatPartners(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("daily-checkin", "both", "daily")
	for day := range 3 { // Fewer points are no line.
		evening(k, day)
		answer(t, k, k.PartnerA, "daily-checkin", "een")
		answer(t, k, k.PartnerB, "daily-checkin", "twee")
	}
	late(k)
	own := approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "partner", PartnerID: k.PartnerA.ID.String()}).ID))
	staff := approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "therapist"}).ID))
	doc, err := k.Service.ReadReport(k.Ctx, k.PartnerA, own.ID)
	require.NoError(t, err)
	require.Equal(t, "Sam", doc.Snapshot.ReaderName)
	require.NotEmpty(t, doc.Snapshot.Trends)
	require.Empty(t, doc.Snapshot.Flags)
	for _, id := range []uuid.UUID{own.ID, staff.ID} {
		_, err = k.Service.Report(k.Ctx, k.PartnerB, id)
		requireCode(t, fault.NotFound, err)
		_, _, err = k.Service.ReportPDF(k.Ctx, k.PartnerB, id)
		requireCode(t, fault.NotFound, err)
		_, err = k.Service.ReadReport(k.Ctx, k.PartnerB, id)
		requireCode(t, fault.NotFound, err)
	}
	_, err = k.Service.Report(k.Ctx, k.PartnerA, staff.ID)
	requireCode(t, fault.NotFound, err)
	mine, err := k.Service.ListReports(k.Ctx, k.PartnerA, care.ReportFilter{}, care.Page{})
	require.NoError(t, err)
	require.Len(t, mine.Data, 1)
	others, err := k.Service.ListReports(k.Ctx, k.PartnerB, care.ReportFilter{CoupleID: k.Couple}, care.Page{})
	require.NoError(t, err)
	require.Empty(t, others.Data)
	require.Equal(t, 0, k.Count("reminders where cause_id = $1 and cause_kind = 'report'", staff.ID), "nobody is told of the therapists' own")
	require.Equal(t, 0, k.Count("audit_events where object_id = $1 and (partner_id = $2 or partner_id is null)", own.ID, k.PartnerB.ID), "nor does the record tell")
}

// A month with something of everything, for every audience and in both languages.
func TestABusyMonthStandsInItsReports(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.SQL("update couples set programme = 'communication-repair', programme_phase = 2 where id = $1", k.Couple)
	for _, exercise := range []string{"daily-checkin", "small-wins", "relationship-checklist"} {
		k.Assign(exercise, "both", "daily")
	}
	plan(t, k, k.Therapist, hourAt(k, 9))
	a := propose(t, k)
	sign(t, k, k.PartnerA, a, false)
	a = sign(t, k, k.PartnerB, a, false)
	for day := range 3 {
		evening(k, day)
		for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
			for _, exercise := range []string{"daily-checkin", "small-wins", "relationship-checklist"} {
				answer(t, k, who, exercise, "Samen gewandeld")
			}
		}
		_, err := k.Service.ReviewAgreement(k.Ctx, k.Therapist, a.ID, care.ReviewAgreementInput{Kept: map[string]bool{a.Points[0].ID: true, a.Points[1].ID: day > 0}})
		require.NoError(t, err)
	}
	late(k)
	for _, lang := range []string{"nl", "en"} {
		for _, audience := range []string{"couple", "partner", "therapist"} {
			in := care.RequestReportInput{Audience: audience, Locale: lang}
			heads := 2
			if audience == "partner" {
				in.PartnerID, heads = k.PartnerB.ID.String(), 1
			}
			v := build(t, k, request(t, k, in).ID)
			require.Equal(t, models.ReportDraft, v.Status, "%s %s", audience, lang)
			doc, err := k.Service.ReadReport(k.Ctx, k.Therapist, v.ID)
			require.NoError(t, err)
			s := doc.Snapshot
			assigned, done := 0, 0
			for _, week := range s.Homework.Weeks {
				assigned, done = assigned+week.Assigned, done+week.Done
			}
			want := map[string]int{"couple": 9, "partner": 9, "therapist": 18}[audience]
			require.Equal(t, []int{want, want}, []int{assigned, done}, "%s: each evening three things", audience)
			require.Len(t, s.Wins, 3*heads)
			require.Len(t, s.Instruments, heads)
			require.NotNil(t, s.Instruments[0].Previous)
			require.Len(t, s.Instruments[0].Bands, 4)
			require.NotEmpty(t, s.Trends)
			for _, trend := range s.Trends {
				require.Len(t, trend.Lines, heads, trend.Title)
			}
			require.Equal(t, 3, s.Agreements[0].Points[1].Weeks[0].Asked)
			require.Equal(t, 2, s.Agreements[0].Points[1].Weeks[0].Kept)
			require.NotEmpty(t, s.Programme.Name)
			require.NotEmpty(t, s.Programme.Phase)
			require.Equal(t, 1, s.Programme.MonthsIn)
			require.Equal(t, "Noor & Lina", s.TherapistName)
			require.Len(t, s.Reviews, 1)
			require.Empty(t, s.Flags)
			require.Len(t, s.Origins("wins"), 1)
			require.Len(t, s.Origins("wins")[0].IDs, len(s.Wins))
			require.NotEmpty(t, s.Origins("homework"))
			require.NotEmpty(t, s.Origins("trend.0"))
			require.NotEmpty(t, s.Origins("instrument.0"))
			require.Len(t, s.Origins("agreement.0"), 2, "the agreement and its reviews")
			require.Empty(t, s.Gaps, "all was done")
			pdf, _, err := k.Service.ReportPDF(k.Ctx, k.Therapist, v.ID)
			require.NoError(t, err)
			require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
		}
	}
}

// The couple's snapshot is the same whatever one of them did alone.
func TestTheCouplesReportTellsNothingPrivate(t *testing.T) {
	t.Parallel()
	var seen []string
	for _, busy := range []bool{true, false} {
		k := testkit.New(t)
		k.Assign("emotion-journal", k.PartnerA.ID.String(), "daily")
		k.Assign("why-stay", "both", "daily")
		evening(k, 0)
		if busy {
			answer(t, k, k.PartnerA, "emotion-journal", "KANARIE")
			answer(t, k, k.PartnerA, "why-stay", "KANARIE")
			in := hourAt(k, 9)
			in.Kind, in.PartnerID = "individual", &k.PartnerA.ID
			plan(t, k, k.Therapist, in)
		}
		late(k)
		v := approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID))
		doc, err := k.Service.ReadReport(k.Ctx, k.PartnerB, v.ID)
		require.NoError(t, err)
		doc.Snapshot.PracticeName = ""
		for i := range doc.Snapshot.Trace { // The rows are others in another practice; their number is not.
			doc.Snapshot.Trace[i].IDs = make([]uuid.UUID, len(doc.Snapshot.Trace[i].IDs))
		}
		raw, err := json.Marshal(doc.Snapshot)
		require.NoError(t, err)
		seen = append(seen, string(raw))
		require.NotContains(t, string(raw), "KANARIE")
	}
	require.Equal(t, seen[1], seen[0])
}

func TestAReportThatCannotBeBuiltSaysSo(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	id := request(t, k, care.RequestReportInput{Audience: "partner", PartnerID: k.PartnerA.ID.String()}).ID
	k.SQL("update keys.wrapped_keys set wrapped = null, destroyed_at = now() where owner_id = $1", k.PartnerA.ID) // Erased meanwhile.
	require.NoError(t, care.BuildReport(k.Worker, k.Ctx, k.Practice, id))
	v, err := k.Service.Report(k.Ctx, k.Therapist, id)
	require.NoError(t, err)
	require.Equal(t, models.ReportFailed, v.Status)
	require.Equal(t, "conflict", *v.Error)
	require.Equal(t, 1, k.Count("alerts where kind = 'report_failed' and subject_id = $1", id))
	_, _, err = k.Service.ReportPDF(k.Ctx, k.Therapist, id)
	requireCode(t, fault.Conflict, err)
	w, err := k.Service.WithdrawReport(k.Ctx, k.Therapist, id, v.Version)
	require.NoError(t, err)
	require.Equal(t, models.ReportWithdrawn, w.Status)
}

func TestTheMonthAsksForItsReportsOnce(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	require.NoError(t, care.RequestMonthly(k.Worker, k.Ctx, k.Practice, "2026-10"))
	require.Equal(t, 0, k.Count("reports where practice_id = $1", k.Practice), "nothing happened, nothing to tell")
	plan(t, k, k.Therapist, hourAt(k, 9))
	k.Clock.Set(time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC))
	for range 2 {
		require.NoError(t, care.RequestMonthly(k.Worker, k.Ctx, k.Practice, "2026-10"))
		require.Equal(t, 5, k.Count("reports where couple_id = $1", k.Couple), "the couple's in both languages, each partner's own, the therapists'")
		require.Equal(t, 0, k.Count("reports where practice_id = $1 and couple_id <> $2", k.Practice, k.Couple))
	}
	require.Equal(t, 5, k.Count("jobs where practice_id = $1 and kind = 'build_report'", k.Practice))
	requireCode(t, fault.Invalid, care.RequestMonthly(k.Worker, k.Ctx, k.Practice, "2026-12"))
}

func TestAReportBuiltAtOnceKeepsNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	pdf, err := k.Service.BuildNow(k.Ctx, k.Practice, k.Couple, care.RequestReportInput{Month: "2026-09"})
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
	require.Equal(t, 0, k.Count("reports where practice_id = $1", k.Practice))
	require.Positive(t, k.Count("audit_events where practice_id = $1 and act = 'export' and object_kind = 'report'", k.Practice))
	_, err = k.Service.BuildNow(k.Ctx, k.Practice, k.ForeignCouple, care.RequestReportInput{Month: "2026-09"})
	requireCode(t, fault.NotFound, err)
}

func TestWhoMayDoWhatWithReports(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	acts := map[string]func(care.Actor) error{
		"request": func(a care.Actor) error {
			_, err := k.Service.RequestReport(k.Ctx, a, k.Couple, care.RequestReportInput{Month: "2026-10", Audience: "couple"})
			return err
		},
		"list": func(a care.Actor) error {
			_, err := k.Service.ListReports(k.Ctx, a, care.ReportFilter{CoupleID: k.Couple}, care.Page{})
			return err
		},
		"state": func(a care.Actor) error { _, err := k.Service.Report(k.Ctx, a, v.ID); return err },
		"read":  func(a care.Actor) error { _, err := k.Service.ReadReport(k.Ctx, a, v.ID); return err },
		"pdf":   func(a care.Actor) error { _, _, err := k.Service.ReportPDF(k.Ctx, a, v.ID); return err },
		"note": func(a care.Actor) error {
			_, err := k.Service.WriteReportNote(k.Ctx, a, v.ID, "x", v.Version)
			return err
		},
		"approve": func(a care.Actor) error {
			_, err := k.Service.ApproveReport(k.Ctx, a, v.ID, nil, v.Version)
			return err
		},
		"withdraw": func(a care.Actor) error { _, err := k.Service.WithdrawReport(k.Ctx, a, v.ID, v.Version); return err },
		"edit": func(a care.Actor) error {
			_, err := k.Service.EditReport(k.Ctx, a, v.ID, care.EditReportInput{LeftOut: &[]string{"wins"}}, v.Version)
			return err
		},
		"rebuild":   func(a care.Actor) error { _, err := k.Service.RebuildReport(k.Ctx, a, v.ID, v.Version); return err },
		"correct":   func(a care.Actor) error { _, err := k.Service.CorrectReport(k.Ctx, a, v.ID, v.Version); return err },
		"drop":      func(a care.Actor) error { _, err := k.Service.DropCorrection(k.Ctx, a, v.ID, v.Version); return err },
		"revisions": func(a care.Actor) error { _, err := k.Service.ReportRevisions(k.Ctx, a, v.ID); return err },
		"revision":  func(a care.Actor) error { _, _, err := k.Service.RevisionPDF(k.Ctx, a, v.ID, 1); return err },
		"review": func(a care.Actor) error {
			_, err := k.Service.ReviewReports(k.Ctx, a, care.ReportFilter{CoupleID: k.Couple}, care.Page{})
			return err
		},
	}
	for name, do := range acts {
		for who, actor := range map[string]care.Actor{"colleague": k.Colleague, "owner": k.Owner, "stranger": k.Stranger, "foreign therapist": k.ForeignTherapist, "foreign partner": k.ForeignPartner} {
			require.Equal(t, fault.NotFound, fault.From(do(actor)).Code, "%s by %s", name, who)
		}
		require.Equal(t, fault.Forbidden, fault.From(do(k.Office)).Code, "%s by the office", name)
	}
	requireCode(t, fault.Forbidden, acts["approve"](k.Trainee))
	for _, name := range []string{"withdraw", "correct", "drop"} {
		requireCode(t, fault.Forbidden, acts[name](k.Trainee))
	}
	many := care.ApproveReportsInput{Reports: []care.ReportAt{{ID: v.ID, Version: v.Version}}}
	for _, who := range []care.Actor{k.Owner, k.Office} {
		_, err := k.Service.ApproveReports(k.Ctx, who, many)
		requireCode(t, fault.Forbidden, err)
	}
	_, err := k.Service.ApproveReports(k.Ctx, k.PartnerA, many)
	requireCode(t, fault.NotFound, err)
	requireCode(t, fault.Forbidden, acts["request"](k.PartnerA))
	approve(t, k, v)
	for _, name := range []string{"withdraw", "edit", "rebuild", "correct", "drop", "revisions", "revision"} { // Published: it may be read, and no more.
		requireCode(t, fault.Forbidden, acts[name](k.PartnerA))
	}
	_, err = k.Service.ReviewReports(k.Ctx, k.PartnerA, care.ReportFilter{}, care.Page{})
	requireCode(t, fault.NotFound, err)
	_, err = k.Service.ReportMonth(k.Ctx, k.PartnerA, "2026-10")
	requireCode(t, fault.NotFound, err)
	_, err = k.Service.ReportMonth(k.Ctx, k.Office, "2026-10")
	requireCode(t, fault.Forbidden, err)
	for _, in := range []care.RequestReportInput{
		{Month: "2026-11", Audience: "couple"},
		{Month: "", Audience: "couple"},
		{Month: "2026-10", Audience: "all"},
		{Month: "2026-10", Audience: "partner"},
		{Month: "2026-10", Audience: "partner", PartnerID: k.Stranger.ID.String()},
		{Month: "2026-10", Audience: "couple", Locale: "de"},
	} {
		_, err := k.Service.RequestReport(k.Ctx, k.Therapist, k.Couple, in)
		requireCode(t, fault.Invalid, err)
	}
	all, err := k.Service.ListReports(k.Ctx, k.Therapist, care.ReportFilter{}, care.Page{})
	require.NoError(t, err)
	require.Len(t, all.Data, 1)
	require.Equal(t, "Sam & Robin", all.Data[0].CoupleName)
}
