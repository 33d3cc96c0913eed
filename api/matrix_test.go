package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/internal/testkit"
)

// bodies are valid inputs by operation, so that a request is not refused for its body before its id is looked at. A route
// that writes and is not here fails the test.
var bodies = map[string]any{
	"changeMember": map[string]any{"name": "Een ander"}, "changeCouple": map[string]any{"status": "paused"}, "invitePartner": nil,
	"startProgramme": map[string]any{"programme": "communication-repair", "phase": 1}, "changeSession": map[string]any{"room": "Zolder"},
	"cancelSession": nil, "writeNote": map[string]any{"body": "Van een ander"}, "signNote": nil,
	"assignExercise":   map[string]any{"exercise_id": "daily-checkin", "for": "both", "schedule": map[string]any{"kind": "daily"}, "starts_on": "2026-10-05"},
	"changeAssignment": map[string]any{"ends_on": "2026-12-31"}, "cancelAssignment": nil, "saveDraft": map[string]any{"answers": map[string]any{"connected": 3}},
	"completeTask": map[string]any{"answers": map[string]any{"weather": "sunny", "connected": 3}}, "takeBackResponse": nil, "skipTask": nil,
	"revealResponse": nil, "widenAudience": map[string]any{"question": "connected", "audience": "both"},
	"proposeAgreement": agreementText, "rewriteAgreement": agreementText,
	"signAgreement": map[string]any{"revision": 1, "name": "Mallory"}, "withdrawSignature": nil,
	"endAgreement": map[string]any{"reason": "Niet meer nodig"}, "reviewAgreement": map[string]any{"kept": map[string]any{"1": true}}, "requestReport": map[string]any{"month": "2026-10", "audience": "couple"},
	"adaptProgramme": map[string]any{"phases": []map[string]any{{"id": "see", "goal": "Van een ander"}}}, "moveProgramme": map[string]any{"phase": 2, "reason": "Van een ander"},
	"tickMilestone": map[string]any{"milestone": "see/three-times", "reached": true}, "pauseProgramme": nil, "resumeProgramme": nil,
	"endProgramme":    map[string]any{"outcome": "done", "reason": "Van een ander"},
	"takeBackMessage": nil, "sendCoupleMessage": map[string]any{"body": "Van een ander"},
	"editReport": map[string]any{"goals": []string{"Van een ander"}}, "rebuildReport": nil, "correctReport": nil, "dropCorrection": nil,
	"approveReports":  map[string]any{"reports": []map[string]any{{"id": "01890000-0000-7000-8000-000000000001", "version": 1}}},
	"writeReportNote": map[string]any{"note": "Van een ander"}, "approveReport": nil, "leaveReport": nil, "takeUpReport": nil, "withdrawReport": nil, "unsubscribe": nil,
	"exportPartner": map[string]any{"reason": "Op verzoek"},
}

var agreementText = map[string]any{"exercise_id": "trust-contract", "points": []map[string]any{{"area": "together", "agreement": "Samen eten", "measure": "Twee avonden per week"}}}

// belongings are the ids of things of one couple, by the noun of their path.
type belongings map[string]uuid.UUID

// belongingsOf fills a couple's file: homework, an answer, an agreement, a session with a note, a report.
func belongingsOf(t *testing.T, k *testkit.Kit, therapist care.Actor, couple uuid.UUID, partner care.Actor) belongings {
	t.Helper()
	out := belongings{"couples": couple, "members": therapist.ID}
	assignment, err := k.Service.AssignExercise(k.Ctx, therapist, couple, care.AssignExerciseInput{ExerciseID: "daily-checkin", For: "both", StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "daily", At: "20:00"}})
	require.NoError(t, err)
	out["assignments"] = assignment.ID
	tasks, err := k.Service.ListTasks(k.Ctx, partner, "all", care.Page{})
	require.NoError(t, err)
	require.NotEmpty(t, tasks.Data)
	out["tasks"] = tasks.Data[0].ID
	response, err := k.Service.CompleteTask(k.Ctx, partner, tasks.Data[0].ID, testkit.Fill(tasks.Data[0].Exercise, "geheim"))
	require.NoError(t, err)
	out["responses"] = response.ID
	agreement, err := k.Service.ProposeAgreement(k.Ctx, partner, couple, care.WriteAgreementInput{ExerciseID: "trust-contract", Points: []care.AgreementPoint{{Area: "together", Agreement: "Samen eten", Measure: "Twee avonden per week"}}})
	require.NoError(t, err)
	out["agreements"] = agreement.ID
	session, err := k.Service.PlanSession(k.Ctx, therapist, care.PlanSessionInput{CoupleID: couple, Kind: "conjoint", StartsAt: k.Clock.Now().Add(24 * time.Hour), EndsAt: k.Clock.Now().Add(25 * time.Hour)})
	require.NoError(t, err)
	out["sessions"] = session.ID
	_, err = k.Service.WriteNote(k.Ctx, therapist, session.ID, "geheim", 0)
	require.NoError(t, err)
	report, err := k.Service.RequestReport(k.Ctx, therapist, couple, care.RequestReportInput{Month: "2026-10", Audience: "couple"})
	require.NoError(t, err)
	out["reports"] = report.ID
	message, err := k.Service.SendMessage(k.Ctx, partner, couple, care.ThreadAlone, care.SendMessageInput{Body: "geheim"})
	require.NoError(t, err)
	out["messages"] = message.ID
	device, err := k.Service.Subscribe(k.Ctx, partner, testkit.Subscription(t))
	require.NoError(t, err)
	out["me/push"] = device.ID
	return out
}

// othersOf makes what concerns partner B alone: partner A must not learn that it exists.
func othersOf(t *testing.T, k *testkit.Kit) belongings {
	t.Helper()
	solo, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{ExerciseID: "emotion-journal", For: k.PartnerB.ID.String(), StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "daily", At: "20:00"}})
	require.NoError(t, err)
	alone, err := k.Service.PlanSession(k.Ctx, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "individual", PartnerID: &k.PartnerB.ID, StartsAt: k.Clock.Now().Add(72 * time.Hour), EndsAt: k.Clock.Now().Add(73 * time.Hour)})
	require.NoError(t, err)
	_, err = k.Service.WriteNote(k.Ctx, k.Therapist, alone.ID, "geheim", 0)
	require.NoError(t, err)
	report, err := k.Service.RequestReport(k.Ctx, k.Therapist, k.Couple, care.RequestReportInput{Month: "2026-10", Audience: "partner", PartnerID: k.PartnerB.ID.String()})
	require.NoError(t, err)
	return belongings{"assignments": solo.ID, "sessions": alone.ID, "reports": report.ID}
}

// Every route with an id, for every role, tells a foreign thing and one that does not exist apart in nothing.
func TestNobodyLearnsWhatExists(t *testing.T) {
	k := testkit.New(t)
	k.Clock.Set(time.Date(2026, 10, 5, 18, 0, 0, 0, time.UTC))
	s := serve(t, k.Service)
	foreign := belongingsOf(t, k, k.ForeignTherapist, k.ForeignCouple, k.ForeignPartner)
	colleagues := belongingsOf(t, k, k.Colleague, k.OtherCouple, k.Stranger)
	delete(colleagues, "members") // Every member may know a colleague.
	own := belongingsOf(t, k, k.Therapist, k.Couple, k.PartnerB)
	others := othersOf(t, k)
	others["tasks"], others["responses"], others["me/push"], others["messages"] = own["tasks"], own["responses"], own["me/push"], own["messages"]
	roles := map[string]struct {
		actor  care.Actor
		hidden []belongings
	}{
		"owner":     {k.Owner, []belongings{foreign, colleagues}},
		"therapist": {k.Therapist, []belongings{foreign, colleagues}},
		"trainee":   {k.Trainee, []belongings{foreign, colleagues}},
		"office":    {k.Office, []belongings{foreign}}, // The office knows all couples of its practice by name.
		"partner":   {k.PartnerA, []belongings{foreign, colleagues, others}},
	}
	tried := 0
	for role, who := range roles {
		token := tokenOf(k, who.actor)
		for _, r := range api.Routes() {
			noun, _, hasID := strings.Cut(strings.TrimPrefix(r.Path, api.Prefix+"/"), "/{id}")
			if !hasID || noun == "exercises" {
				continue
			}
			body, known := bodies[r.OperationID]
			require.True(t, known || r.Method == "GET", "%s is not in the matrix", r.OperationID)
			look := func(id uuid.UUID) map[string]any {
				path := strings.NewReplacer("{id}", id.String(), "{pid}", uuid.NewString(), "{revision}", "1").Replace(r.Path)
				a := s.do(request{method: r.Method, path: path, token: token, body: body, headers: map[string]string{"If-Match": `"1"`, "Accept-Language": "nl"}})
				require.Contains(t, []int{403, 404}, a.status, "%s as %s: %s", r.OperationID, role, a.raw)
				p := a.problem(a.status, map[int]string{403: "forbidden", 404: "not_found"}[a.status])
				delete(p, "instance")
				delete(p, "request_id")
				return p
			}
			unknown := look(uuid.Must(uuid.NewV7()))
			for _, b := range who.hidden {
				if id, ok := b[noun]; ok {
					assert.Equal(t, unknown, look(id), "%s as %s", r.OperationID, role)
					tried++
				}
			}
		}
	}
	require.Greater(t, tried, 200)
	require.NotContains(t, s.log.String(), "request failed")
}

// Ids in queries and bodies leak no more than ids in paths.
func TestForeignIDsInQueriesAndBodies(t *testing.T) {
	k := testkit.New(t)
	s := serve(t, k.Service)
	token := tokenOf(k, k.Therapist)
	same := func(ask func(couple uuid.UUID) answer) {
		t.Helper()
		unknown := ask(uuid.Must(uuid.NewV7()))
		for _, id := range []uuid.UUID{k.ForeignCouple, k.OtherCouple} {
			got := ask(id)
			require.Equal(t, unknown.status, got.status)
			a, b := unknown.is(unknown.status), got.is(got.status)
			delete(a, "request_id")
			delete(b, "request_id")
			require.Equal(t, a, b)
		}
	}
	same(func(id uuid.UUID) answer { return s.get(token, "/sessions?couple_id="+id.String()) })
	same(func(id uuid.UUID) answer { return s.get(token, "/reports?couple_id="+id.String()) })
	same(func(id uuid.UUID) answer {
		return s.post(token, "/sessions", map[string]any{"couple_id": id, "kind": "conjoint", "starts_at": "2026-10-08T09:00:00Z", "ends_at": "2026-10-08T10:00:00Z"})
	})
}
