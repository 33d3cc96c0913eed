package care_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

func edit(t *testing.T, k *testkit.Kit, v care.ReportView, in care.EditReportInput) care.ReportView {
	t.Helper()
	v, err := k.Service.EditReport(k.Ctx, k.Therapist, v.ID, in, v.Version)
	require.NoError(t, err)
	return build(t, k, v.ID)
}

func hashOf(octets []byte) string {
	sum := sha256.Sum256(octets)
	return hex.EncodeToString(sum[:])
}

func TestATherapistSetsWhatStandsInAReport(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	read := v
	note, goals, left := "Mooi gewerkt", []string{" Elke  week samen eten ", "", "Op tijd zeggen wat je nodig hebt"}, []string{"wins", "homework", "wins"}
	v = edit(t, k, v, care.EditReportInput{Note: &note, Goals: &goals, LeftOut: &left})
	require.Equal(t, []string{"Elke week samen eten", "Op tijd zeggen wat je nodig hebt"}, v.Goals)
	require.Equal(t, []string{"homework", "wins"}, v.LeftOut)
	doc, err := k.Service.ReadReport(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.Equal(t, v.Goals, doc.Snapshot.Goals)
	require.Equal(t, v.LeftOut, doc.Snapshot.LeftOut)
	require.Equal(t, note, doc.Report.Note)

	none := []string{}
	v = edit(t, k, v, care.EditReportInput{LeftOut: &none})
	require.Empty(t, v.LeftOut, "put back")
	require.Equal(t, []any{note, 2}, []any{v.Note, len(v.Goals)}, "the rest stays")
	_, err = k.Service.ApproveReport(k.Ctx, k.Therapist, v.ID, nil, read.Version)
	requireCode(t, fault.Stale, err) // What was read is not what would be approved.
	for field, in := range map[string]care.EditReportInput{
		"goals":    {Goals: &[]string{"1", "2", "3", "4", "5", "6", "7"}},
		"goals[1]": {Goals: &[]string{"kort", strings.Repeat("lang ", 60)}},
		"left_out": {LeftOut: &[]string{"period"}},
	} {
		_, err = k.Service.EditReport(k.Ctx, k.Therapist, v.ID, in, v.Version)
		requireCode(t, fault.Invalid, err)
		require.Equal(t, field, fault.From(err).Fields[0].Location)
	}
	again, err := k.Service.RebuildReport(k.Ctx, k.Trainee, v.ID, v.Version)
	require.NoError(t, err)
	require.Equal(t, models.ReportQueued, again.Status)
	again = build(t, k, v.ID)
	require.Equal(t, []any{note, 2, 1}, []any{again.Note, len(again.Goals), again.Revision})
	approve(t, k, again)
	_, err = k.Service.RebuildReport(k.Ctx, k.Therapist, v.ID, again.Version+2)
	requireCode(t, fault.Conflict, err)
}

// What was approved is what is downloaded, whatever happens to the report afterwards.
func TestACorrectedReportLeavesWhatWasApprovedAsItIs(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	shown := func(want care.ReportView) {
		t.Helper()
		for _, p := range []care.Actor{k.PartnerA, k.PartnerB} {
			pdf, v, err := k.Service.ReportPDF(k.Ctx, p, want.ID)
			require.NoError(t, err)
			require.Equal(t, *want.SHA256, hashOf(pdf))
			require.Equal(t, []any{models.ReportPublished, want.Revision, want.Revision}, []any{v.Status, v.Revision, v.Version}, "nothing of what is in the making")
			require.Nil(t, v.ShownRevision)
			list, err := k.Service.ListReports(k.Ctx, p, care.ReportFilter{}, care.Page{})
			require.NoError(t, err)
			require.Equal(t, []any{1, v}, []any{len(list.Data), list.Data[0]})
			today, err := k.Service.PortalToday(k.Ctx, p)
			require.NoError(t, err)
			require.Equal(t, []any{1, v}, []any{len(today.Reports), today.Reports[0]})
		}
	}
	first := approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID))
	require.Equal(t, 0, k.Count("reports where id = $1 and (pdf is not null or snapshot is not null)", first.ID), "the octets stand in one place")
	shown(first)
	k.Clock.Add(24 * time.Hour)
	second, err := k.Service.CorrectReport(k.Ctx, k.Therapist, first.ID, first.Version)
	require.NoError(t, err)
	require.Equal(t, []any{2, 1, models.ReportQueued}, []any{second.Revision, *second.ShownRevision, second.Status})
	shown(first)
	note := "Nu met de goede cijfers"
	second = edit(t, k, build(t, k, first.ID), care.EditReportInput{Note: &note})
	require.NotEqual(t, *first.SHA256, *second.SHA256)
	shown(first)
	doc, err := k.Service.ReadReport(k.Ctx, k.PartnerA, first.ID)
	require.NoError(t, err)
	require.Empty(t, doc.Snapshot.TherapistNote)

	// Given up, it is as if nothing had happened; a next one has a number of its own.
	kept, err := k.Service.DropCorrection(k.Ctx, k.Therapist, first.ID, second.Version)
	require.NoError(t, err)
	require.Equal(t, []any{models.ReportPublished, 1, *first.SHA256}, []any{kept.Status, kept.Revision, *kept.SHA256})
	_, err = k.Service.DropCorrection(k.Ctx, k.Therapist, first.ID, kept.Version)
	requireCode(t, fault.Conflict, err)
	shown(first)
	at := k.Clock.Now().Add(time.Hour)
	third, err := k.Service.CorrectReport(k.Ctx, k.Therapist, first.ID, kept.Version)
	require.NoError(t, err)
	third, err = k.Service.ApproveReport(k.Ctx, k.Therapist, first.ID, &at, build(t, k, third.ID).Version)
	require.NoError(t, err)
	shown(first)
	kept, err = k.Service.DropCorrection(k.Ctx, k.Therapist, first.ID, third.Version)
	require.NoError(t, err)
	k.Clock.Set(at)
	require.NoError(t, care.PublishReport(k.Worker, k.Ctx, k.Practice, first.ID))
	shown(first)
	fourth, err := k.Service.CorrectReport(k.Ctx, k.Therapist, first.ID, kept.Version)
	require.NoError(t, err)
	require.Equal(t, 3, fourth.Revision, "a number that was approved once is not used again")
	fourth = approve(t, k, build(t, k, first.ID))
	shown(fourth)
	require.NotNil(t, fourth.CorrectedAt)
	doc, err = k.Service.ReadReport(k.Ctx, k.PartnerB, first.ID)
	require.NoError(t, err)
	require.Equal(t, note, doc.Snapshot.TherapistNote, "what was written for the one given up is there for the next")
	require.True(t, doc.Snapshot.Corrects.Equal(*first.PublishedAt))

	revisions, err := k.Service.ReportRevisions(k.Ctx, k.Therapist, first.ID)
	require.NoError(t, err)
	require.Len(t, revisions, 3)
	require.Equal(t, []any{3, true, 1, false, "Noor"}, []any{revisions[0].Revision, revisions[0].Shown, revisions[2].Revision, revisions[2].Shown, revisions[2].Approver})
	require.NotNil(t, revisions[1].WithdrawnAt)
	pdf, _, err := k.Service.RevisionPDF(k.Ctx, k.Therapist, first.ID, 1)
	require.NoError(t, err)
	require.Equal(t, *first.SHA256, hashOf(pdf))

	w, err := k.Service.WithdrawReport(k.Ctx, k.Therapist, first.ID, fourth.Version)
	require.NoError(t, err)
	require.Nil(t, w.ShownRevision)
	_, _, err = k.Service.ReportPDF(k.Ctx, k.PartnerA, first.ID)
	requireCode(t, fault.NotFound, err)
	_, _, err = k.Service.ReportPDF(k.Ctx, k.Therapist, first.ID)
	require.NoError(t, err, "it stays in the file")
}

// Octets that were changed behind our back are given to nobody, and a draft with them is approved by nobody.
func TestOctetsThatAreNotThoseOfTheirHashAreRefused(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	k.SQL("update reports set sha256 = repeat('0', 64) where id = $1", v.ID)
	_, err := k.Service.ApproveReport(k.Ctx, k.Therapist, v.ID, nil, v.Version)
	requireCode(t, fault.Internal, err)
	require.Equal(t, 0, k.Count("report_revisions where report_id = $1", v.ID))
	k.SQL("update reports set sha256 = $2 where id = $1", v.ID, *v.SHA256)
	approve(t, k, v)
	k.SQL("update report_revisions set sha256 = repeat('0', 64) where report_id = $1", v.ID)
	_, _, err = k.Service.ReportPDF(k.Ctx, k.PartnerA, v.ID)
	requireCode(t, fault.Internal, err)
}

func TestTheTherapistSeesWhenEachPartnerOpenedAReport(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID))
	openings := func() []care.ReportOpeningView {
		t.Helper()
		revisions, err := k.Service.ReportRevisions(k.Ctx, k.Trainee, v.ID)
		require.NoError(t, err)
		return revisions[0].Openings
	}
	_, err := k.Service.ReadReport(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	for _, o := range openings() {
		require.Nil(t, o.OpenedAt, "the practice's own look is no opening")
	}
	k.Clock.Add(time.Hour)
	first := k.Clock.Now()
	_, err = k.Service.ReadReport(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err)
	k.Clock.Add(time.Hour)
	for range 2 {
		_, _, err = k.Service.ReportPDF(k.Ctx, k.PartnerA, v.ID)
		require.NoError(t, err)
		k.Clock.Add(time.Hour)
	}
	got := openings()
	require.Len(t, got, 2)
	require.Nil(t, got[1].OpenedAt)
	require.Equal(t, []any{k.PartnerA.ID, "Sam"}, []any{got[0].PartnerID, got[0].Name})
	require.True(t, got[0].OpenedAt.Equal(first))
	require.True(t, got[0].DownloadedAt.Equal(first.Add(time.Hour)), "the first of each")
	_, err = k.Service.ReportRevisions(k.Ctx, k.PartnerB, v.ID)
	requireCode(t, fault.Forbidden, err)
	_, _, err = k.Service.ReportPDF(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.NotNil(t, openings()[1].DownloadedAt)
	own := approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "partner", PartnerID: k.PartnerA.ID.String()}).ID))
	_, err = k.Service.ReportRevisions(k.Ctx, k.PartnerB, own.ID)
	requireCode(t, fault.NotFound, err)
	revisions, err := k.Service.ReportRevisions(k.Ctx, k.Therapist, own.ID)
	require.NoError(t, err)
	require.Len(t, revisions[0].Openings, 1, "the other is no reader of it")
}

func TestManyAreApprovedAtOnceButNoneUnseen(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	var all []care.ReportAt
	for _, in := range []care.RequestReportInput{{Audience: "couple"}, {Audience: "partner", PartnerID: k.PartnerA.ID.String()}, {Audience: "therapist"}, {Audience: "couple", Locale: "en"}} {
		v := build(t, k, request(t, k, in).ID)
		all = append(all, care.ReportAt{ID: v.ID, Version: v.Version})
	}
	approveAll := func(who care.Actor) []care.Approval {
		t.Helper()
		out, err := k.Service.ApproveReports(k.Ctx, who, care.ApproveReportsInput{Reports: all})
		require.NoError(t, err)
		return out
	}
	for _, one := range approveAll(k.Therapist) {
		require.Equal(t, "progress.not_seen", one.Fault.Key)
	}
	_, left, err := k.Service.UnseenDrafts(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.Equal(t, 4, left)
	for _, at := range all[:3] {
		_, err := k.Service.ReadReport(k.Ctx, k.Therapist, at.ID)
		require.NoError(t, err)
	}
	_, _, err = k.Service.ReportPDF(k.Ctx, k.Trainee, all[3].ID) // Somebody else's look is no look of one's own.
	require.NoError(t, err)
	next, left, err := k.Service.UnseenDrafts(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.Equal(t, []any{all[3].ID, 1}, []any{next, left})
	changed, err := k.Service.RebuildReport(k.Ctx, k.Therapist, all[2].ID, all[2].Version)
	require.NoError(t, err)
	all[2].Version = build(t, k, changed.ID).Version // Seen, but not as it is now.
	reviewed, err := k.Service.ReviewReports(k.Ctx, k.Therapist, care.ReportFilter{Month: "2026-10", Statuses: []models.ReportStatus{models.ReportDraft}}, care.Page{})
	require.NoError(t, err)
	require.Len(t, reviewed.Data, 4)
	seen := map[uuid.UUID]bool{}
	for _, r := range reviewed.Data {
		seen[r.ID] = r.Glance.Seen
		require.Contains(t, r.Glance.Warnings, care.WarnThin)
		require.Equal(t, r.Audience != "therapist", slices.Contains(r.Glance.Warnings, care.WarnNoNote))
	}
	require.Equal(t, map[uuid.UUID]bool{all[0].ID: true, all[1].ID: true, all[2].ID: false, all[3].ID: false}, seen)
	for _, one := range approveAll(k.Trainee) {
		require.Equal(t, fault.Forbidden, one.Fault.Code)
	}
	for _, one := range approveAll(k.Colleague) {
		require.Equal(t, fault.NotFound, one.Fault.Code)
	}
	out := approveAll(k.Therapist)
	for i, one := range out {
		require.Equal(t, all[i].ID, one.ID)
		require.Equal(t, i < 2, one.Report != nil, "%d", i)
		if i >= 2 {
			require.Equal(t, "progress.not_seen", one.Fault.Key)
		}
	}
	require.Equal(t, fault.Stale, approveAll(k.Therapist)[0].Fault.Code, "twice is once")
	_, err = k.Service.ApproveReports(k.Ctx, k.Therapist, care.ApproveReportsInput{})
	requireCode(t, fault.Invalid, err)
}

func TestTheMonthsBuildingShowsHowFarItIs(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	plan(t, k, k.Therapist, hourAt(k, 9))
	k.Clock.Set(time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC))
	require.NoError(t, k.Worker.RequestMonth(k.Ctx, k.Practice, "2026-10"))
	progress := func(who care.Actor) care.MonthProgress {
		t.Helper()
		p, err := k.Service.ReportMonth(k.Ctx, who, "2026-10")
		require.NoError(t, err)
		return p
	}
	require.Equal(t, care.MonthProgress{Month: "2026-10", Total: 5}, progress(k.Therapist))
	require.Equal(t, care.MonthProgress{Month: "2026-10"}, progress(k.Colleague), "of the own couples alone")
	list, err := k.Worker.MonthReports(k.Ctx, k.Practice, "2026-10")
	require.NoError(t, err)
	require.Len(t, list, 5)
	// One of them is poison: its reader was erased.
	k.SQL("update keys.wrapped_keys set wrapped = null, destroyed_at = now() where owner_id = $1", k.PartnerB.ID)
	for i, r := range list {
		require.NoError(t, care.BuildReport(k.Worker, k.Ctx, k.Practice, r.ID))
		k.Clock.Add(10 * time.Second)
		if i == 0 {
			require.Nil(t, progress(k.Therapist).SecondsLeft, "the first batch starts the clock, whoever was in it")
		}
		if i == 3 {
			p := progress(k.Therapist)
			require.Equal(t, []any{4, 5}, []any{p.Built, p.Total})
			require.InDelta(t, 15, *p.SecondsLeft, 6)
		}
	}
	p := progress(care.System(k.Practice))
	require.Equal(t, []any{5, 1, 4}, []any{p.Built, p.Failed, p.Drafts})
	require.Nil(t, p.SecondsLeft)
	list, err = k.Worker.MonthReports(k.Ctx, k.Practice, "2026-10")
	require.NoError(t, err)
	for _, r := range list {
		if r.Status == models.ReportFailed {
			require.Equal(t, "conflict", r.Reason)
			_, err := k.Worker.ExportReport(k.Ctx, k.Practice, r.ID)
			requireCode(t, fault.Conflict, err)
			continue
		}
		pdf, err := k.Worker.ExportReport(k.Ctx, k.Practice, r.ID)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(pdf), "%PDF-"))
	}
}

// A report whose job was tried as often as a job is does not stand as being made for ever; one asked for anew has a job of
// its own.
func TestAReportThatIsGivenUpSaysSo(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := request(t, k, care.RequestReportInput{Audience: "couple"})
	job := models.Job{Row: models.Row{PracticeID: k.Practice, ID: models.NewID()}, Kind: care.JobBuildReport, SubjectID: v.ID, UniqueKey: "an earlier one"}
	status := func() string {
		t.Helper()
		require.NoError(t, care.GiveUpReport(k.Worker, k.Ctx, job, fault.Unavailable))
		now, err := k.Service.Report(k.Ctx, k.Therapist, v.ID)
		require.NoError(t, err)
		return string(now.Status)
	}
	require.Equal(t, "queued", status())
	k.OwnerRow([]any{&job.UniqueKey}, "select unique_key from jobs where subject_id = $1", v.ID)
	require.Equal(t, "failed", status())
	require.Equal(t, "failed", status())
	require.Equal(t, 1, k.Count("alerts where kind = 'report_failed' and subject_id = $1", v.ID))
	now, err := k.Service.Report(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.Equal(t, "unavailable", *now.Error)
	_, err = k.Service.RebuildReport(k.Ctx, k.Therapist, v.ID, now.Version)
	require.NoError(t, err)
	require.Equal(t, models.ReportDraft, build(t, k, v.ID).Status)
}

// What readers have can be taken back although no worker comes: the build that was asked for then finds nothing to do.
func TestAPublishedReportIsTakenBackWhileItsCorrectionWaits(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := request(t, k, care.RequestReportInput{Audience: "couple"})
	_, err := k.Service.WithdrawReport(k.Ctx, k.Therapist, v.ID, v.Version)
	requireCode(t, fault.Conflict, err) // Nobody has it yet.
	v = approve(t, k, build(t, k, v.ID))
	v, err = k.Service.CorrectReport(k.Ctx, k.Therapist, v.ID, v.Version)
	require.NoError(t, err)
	_, _, err = k.Service.ReportPDF(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	v, err = k.Service.WithdrawReport(k.Ctx, k.Therapist, v.ID, v.Version)
	require.NoError(t, err)
	for _, p := range []care.Actor{k.PartnerA, k.PartnerB} {
		_, _, err = k.Service.ReportPDF(k.Ctx, p, v.ID)
		requireCode(t, fault.NotFound, err)
	}
	require.Equal(t, models.ReportWithdrawn, build(t, k, v.ID).Status)
	revisions, err := k.Service.ReportRevisions(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.NotNil(t, revisions[0].WithdrawnAt)
	require.NotEqual(t, v.ID, request(t, k, care.RequestReportInput{Audience: "couple"}).ID, "a new one can be asked for")
}
