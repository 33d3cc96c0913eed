package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

func TestANoteIsLockedOnceSignedAndAmendedAfter(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := plan(t, k, k.Therapist, hourAt(k, 12))
	n, err := k.Service.WriteNote(k.Ctx, k.Therapist, v.ID, "Eerste indruk", 0)
	require.NoError(t, err)
	_, err = k.Service.WriteNote(k.Ctx, k.Therapist, v.ID, "Andere tab", 0)
	requireCode(t, fault.Stale, err)
	_, err = k.Service.WriteNote(k.Ctx, k.Trainee, v.ID, "Van mij", n.Version)
	requireCode(t, fault.Conflict, err)
	n, err = k.Service.WriteNote(k.Ctx, k.Therapist, v.ID, "Tweede lezing", n.Version)
	require.NoError(t, err)
	_, err = k.Service.SignNote(k.Ctx, k.Trainee, v.ID)
	requireCode(t, fault.Conflict, err)
	n, err = k.Service.SignNote(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.NotNil(t, n.SignedAt)
	require.False(t, n.NeedsCosign)
	_, err = k.Service.SignNote(k.Ctx, k.Therapist, v.ID)
	requireCode(t, fault.Conflict, err)

	more, err := k.Service.WriteNote(k.Ctx, k.Therapist, v.ID, "Aanvulling", 0)
	require.NoError(t, err)
	require.NotEqual(t, n.ID, more.ID)
	require.Equal(t, n.ID, *more.Amends)
	all, err := k.Service.SessionNotes(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, "Tweede lezing", all[0].Body, "what was signed stays as it was")
	_, err = k.Service.WriteNote(k.Ctx, k.Therapist, v.ID, " \n ", more.Version)
	requireCode(t, fault.Invalid, err)
}

func TestATraineesNoteNeedsTheSupervisor(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := plan(t, k, k.Therapist, hourAt(k, 12))
	_, err := k.Service.WriteNote(k.Ctx, k.Trainee, v.ID, "Leerzaam", 0)
	require.NoError(t, err)
	_, err = k.Service.SignNote(k.Ctx, k.Therapist, v.ID)
	requireCode(t, fault.Conflict, err) // The writer signs first.
	n, err := k.Service.SignNote(k.Ctx, k.Trainee, v.ID)
	require.NoError(t, err)
	require.True(t, n.NeedsCosign)
	_, err = k.Service.SignNote(k.Ctx, k.Trainee, v.ID)
	requireCode(t, fault.Conflict, err)

	// The supervisor may read and sign it also without treating the couple, and sees nothing else of the file.
	k.SQL("update members set supervisor_id = $1 where id = $2", k.Colleague.ID, k.Trainee.ID)
	desk, err := k.Service.DeskToday(k.Ctx, k.Colleague)
	require.NoError(t, err)
	require.Contains(t, kinds(desk), "cosign")
	read, err := k.Service.SessionNotes(k.Ctx, k.Colleague, v.ID)
	require.NoError(t, err)
	require.Len(t, read, 1)
	_, err = k.Service.WriteNote(k.Ctx, k.Colleague, v.ID, "Van een ander", 0)
	requireCode(t, fault.NotFound, err)
	n, err = k.Service.SignNote(k.Ctx, k.Colleague, v.ID)
	require.NoError(t, err)
	require.NotNil(t, n.CosignedAt)
	require.False(t, n.NeedsCosign)
	own, err := k.Service.WriteNote(k.Ctx, k.Therapist, v.ID, "Van de therapeut zelf", 0)
	require.NoError(t, err)
	_, err = k.Service.SignNote(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	read, err = k.Service.SessionNotes(k.Ctx, k.Colleague, v.ID)
	require.NoError(t, err)
	require.Len(t, read, 1)
	require.NotEqual(t, own.ID, read[0].ID)
}

func TestNotesAreTheTherapistsAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := plan(t, k, k.Therapist, hourAt(k, 12))
	_, err := k.Service.WriteNote(k.Ctx, k.Therapist, v.ID, "KANARIE", 0)
	require.NoError(t, err)
	acts := map[string]func(care.Actor) error{
		"read":  func(a care.Actor) error { _, err := k.Service.SessionNotes(k.Ctx, a, v.ID); return err },
		"write": func(a care.Actor) error { _, err := k.Service.WriteNote(k.Ctx, a, v.ID, "x", 1); return err },
		"sign":  func(a care.Actor) error { _, err := k.Service.SignNote(k.Ctx, a, v.ID); return err },
	}
	for name, do := range acts {
		for who, actor := range map[string]care.Actor{"colleague": k.Colleague, "owner": k.Owner, "stranger": k.Stranger, "foreign therapist": k.ForeignTherapist} {
			require.Equal(t, fault.NotFound, fault.From(do(actor)).Code, "%s by %s", name, who)
		}
		for _, actor := range []care.Actor{k.Office, k.PartnerA, k.PartnerB} {
			require.Equal(t, fault.Forbidden, fault.From(do(actor)).Code, "%s by %s", name, actor.Role)
		}
	}
	require.Equal(t, 0, k.Count("session_notes where practice_id = $1 and position('KANARIE'::bytea in body) > 0", k.Practice), "sealed")
	require.Equal(t, 1, k.Count("audit_events where object_kind = 'session_note' and act = 'create' and partner_id = $1", k.PartnerA.ID))
	list, err := k.Service.ListSessions(k.Ctx, k.Office, care.SessionFilter{}, care.Page{})
	require.NoError(t, err)
	require.False(t, list.Data[0].HasNote, "the office does not know that there is a note")
	list, err = k.Service.ListSessions(k.Ctx, k.Therapist, care.SessionFilter{}, care.Page{})
	require.NoError(t, err)
	require.True(t, list.Data[0].HasNote)
	require.Equal(t, models.SessionPlanned, list.Data[0].Status)
}

func kinds(desk care.DeskView) []string {
	var out []string
	for _, w := range desk.Waiting {
		out = append(out, w.Kind)
	}
	return out
}
