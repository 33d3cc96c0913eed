package tests

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// Every read of a clinical record is on the record of who looked, or it is refused. It runs before all parallel tests,
// because it takes the right to write that record away from the serving role for a moment.
func TestEveryClinicalReadIsRecordedOrRefused(t *testing.T) {
	k := testkit.New(t)
	f := newCouple(t, k, k.Therapist, &k.Trainee).fill()
	s, ctx := k.Service, k.Ctx
	id := func(name string) uuid.UUID { return uuid.MustParse(f.ids[name]) }
	type read struct {
		verb string
		do   func() error
	}
	var reads []read
	add := func(verb string, do func() error) { reads = append(reads, read{verb, do}) }
	member, partner := f.therapist, f.b
	add("PortalToday", func() error { _, err := s.PortalToday(ctx, partner); return err })
	add("ListTasks", func() error { _, err := s.ListTasks(ctx, partner, "all", care.Page{}); return err })
	add("Task, open", func() error { _, err := s.Task(ctx, partner, id("taskB")); return err })
	add("Task, answered", func() error { _, err := s.Task(ctx, partner, id("doneB")); return err })
	add("DeskToday", func() error { _, err := s.DeskToday(ctx, member); return err })
	add("ListCouples", func() error { _, err := s.ListCouples(ctx, member, "", care.Page{}); return err })
	add("Couple", func() error { _, err := s.Couple(ctx, member, f.couple); return err })
	add("ListAssignments", func() error { _, err := s.ListAssignments(ctx, member, f.couple, care.Page{}); return err })
	add("FindExercises for a couple", func() error {
		_, err := s.FindExercises(ctx, member, care.ExerciseFilter{Couple: f.couple})
		return err
	})
	add("ExerciseDetail for a couple", func() error { _, err := s.ExerciseDetail(ctx, member, "small-wins", 0, f.couple); return err })
	add("SuggestExercises", func() error { _, err := s.SuggestExercises(ctx, member, f.couple); return err })
	add("CoupleResponses", func() error { _, err := s.CoupleResponses(ctx, member, f.couple, care.Page{}); return err })
	add("SessionNotes", func() error { _, err := s.SessionNotes(ctx, member, id("session")); return err })
	add("Threads", func() error { _, err := s.Threads(ctx, member, f.couple); return err })
	add("Thread of a partner", func() error {
		_, err := s.Thread(ctx, member, f.couple, f.b.ID.String(), care.Page{})
		return err
	})
	add("Thread, own", func() error { _, err := s.Thread(ctx, partner, f.couple, care.ThreadAlone, care.Page{}); return err })
	for who, a := range map[string]care.Actor{"therapist": member, "partner": partner} {
		add("ListAgreements as "+who, func() error { _, err := s.ListAgreements(ctx, a, f.couple); return err })
		add("Agreement as "+who, func() error { _, err := s.Agreement(ctx, a, id("agreement")); return err })
		add("Progress as "+who, func() error { _, err := s.Progress(ctx, a, f.couple, "2026-10", ""); return err })
		add("ReadReport as "+who, func() error { _, err := s.ReadReport(ctx, a, id("reportB")); return err })
		add("ReportPDF as "+who, func() error { _, _, err := s.ReportPDF(ctx, a, id("reportB")); return err })
	}
	add("HomeworkSheet as therapist", func() error {
		_, err := s.HomeworkSheet(ctx, member, f.couple, care.HomeworkSheetInput{PartnerID: f.a.ID})
		return err
	})
	add("HomeworkSheet as partner", func() error {
		_, err := s.HomeworkSheet(ctx, partner, f.couple, care.HomeworkSheetInput{})
		return err
	})
	add("YearOverview", func() error { _, err := s.YearOverview(ctx, member, f.couple, care.YearInput{}); return err })
	add("SessionPreparation", func() error { _, err := s.SessionPreparation(ctx, member, f.couple, uuid.Nil); return err })
	add("SessionPreparationPDF", func() error { _, err := s.SessionPreparationPDF(ctx, member, f.couple, uuid.Nil); return err })
	add("BeginExport as partner", func() error { _, err := s.BeginExport(ctx, partner, care.ExportInput{}); return err })
	add("BeginExport as therapist", func() error {
		_, err := s.BeginExport(ctx, member, care.ExportInput{PartnerID: f.a.ID, Reason: "Op verzoek"})
		return err
	})
	// A partner's Report tells where it stands and nothing that is in it; a therapist's holds the note.
	add("Report as therapist", func() error { _, err := s.Report(ctx, member, id("draft")); return err })
	add("ReviewReports", func() error {
		_, err := s.ReviewReports(ctx, member, care.ReportFilter{CoupleID: f.couple}, care.Page{})
		return err
	})
	add("ReportRevisions", func() error { _, err := s.ReportRevisions(ctx, member, id("reportB")); return err })
	add("RevisionPDF", func() error { _, _, err := s.RevisionPDF(ctx, member, id("reportB"), 1); return err })
	add("ListAudit", func() error { _, err := s.ListAudit(ctx, partner, care.Page{}); return err })

	rows := 0
	for _, r := range reads {
		before := k.Count("audit_events where practice_id = $1", k.Practice)
		require.NoError(t, r.do(), r.verb)
		once := k.Count("audit_events where practice_id = $1", k.Practice) - before
		assert.Positive(t, once, "%s leaves no record", r.verb)
		require.NoError(t, r.do(), r.verb)
		assert.Equal(t, before+2*once, k.Count("audit_events where practice_id = $1", k.Practice), "%s leaves a record each time", r.verb)
		rows += 2 * once
	}

	k.SQL(`revoke insert on audit_events from tt_app`)
	defer k.SQL(`grant insert on audit_events to tt_app`)
	refused := 0
	for _, r := range reads {
		err := r.do()
		if assert.Error(t, err, "%s shows what it could not record", r.verb) {
			assert.True(t, fault.Is(err, fault.Internal) || fault.Is(err, fault.Unavailable), "%s: %v", r.verb, err)
			refused++
		}
	}
	t.Logf("%d clinical reads done twice: %d rows; without the right to record: %d of %d refused", len(reads), rows, refused, len(reads))
}
