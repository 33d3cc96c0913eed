package care

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/library"
	"tussentijds/models"
)

// TestMayReadAnswer is the whole table of design section 4: every reader, every audience, every state.
func TestMayReadAnswer(t *testing.T) {
	states := map[string]opened{"closed": {}, "revealed": {revealed: true}, "in session": {sessionRevealed: true}}
	// Who, besides the writer, may read.
	want := map[library.Audience]map[string]struct{ other, therapist bool }{
		library.AudienceMe:        {"closed": {false, false}, "revealed": {false, false}, "in session": {false, false}},
		library.AudienceTherapist: {"closed": {false, true}, "revealed": {false, true}, "in session": {false, true}},
		library.AudienceReveal:    {"closed": {false, false}, "revealed": {true, true}, "in session": {false, false}},
		library.AudienceInSession: {"closed": {false, true}, "revealed": {false, true}, "in session": {true, true}},
		library.AudienceBoth:      {"closed": {true, true}, "revealed": {true, true}, "in session": {true, true}},
		"nonsense":                {"closed": {false, false}, "revealed": {false, false}, "in session": {false, false}},
	}
	for audience, byState := range want {
		for name, may := range byState {
			require.True(t, mayReadAnswer(readerWriter, audience, states[name]), "writer, %s, %s", audience, name)
			require.Equal(t, may.other, mayReadAnswer(readerOther, audience, states[name]), "other, %s, %s", audience, name)
			require.Equal(t, may.therapist, mayReadAnswer(readerTherapist, audience, states[name]), "therapist, %s, %s", audience, name)
		}
	}
}

func TestAudienceOnlyWidensForTheWriterAndNarrowsForTheTherapist(t *testing.T) {
	all := []library.Audience{library.AudienceMe, library.AudienceTherapist, library.AudienceInSession, library.AudienceReveal, library.AudienceBoth}
	for i, from := range all {
		for j, to := range all {
			require.Equal(t, j > i && to != library.AudienceReveal, mayWiden(from, to), "widen %s to %s", from, to)
			require.Equal(t, j <= i, narrows(from, to), "assign %s as %s", from, to)
		}
		require.False(t, mayWiden(from, "everyone"))
		require.False(t, narrows(from, ""))
	}
}

// TestMayOnCouple is the table of who may do what with a couple.
func TestMayOnCouple(t *testing.T) {
	member := func(role models.Role, clinician bool) Actor {
		return Actor{Kind: "member", Role: role, Clinician: clinician, Stage: "full"}
	}
	partner := Actor{Kind: "partner", Role: models.RolePartner, Stage: "full"}
	rights := []right{seeCouple, bookSessions, readClinical, writeClinical, decide, takePart}
	for _, c := range []struct {
		name  string
		actor Actor
		st    standing
		want  [6]verdict
	}{
		{"own therapist", member(models.RoleTherapist, true), standing{treats: true}, [6]verdict{allowed, allowed, allowed, allowed, allowed, refused}},
		{"own trainee", member(models.RoleTrainee, true), standing{treats: true}, [6]verdict{allowed, allowed, allowed, allowed, refused, refused}},
		{"owner who treats", member(models.RoleOwner, true), standing{treats: true}, [6]verdict{allowed, allowed, allowed, allowed, allowed, refused}},
		{"owner listed but no clinician", member(models.RoleOwner, false), standing{treats: true}, [6]verdict{}},
		{"colleague", member(models.RoleTherapist, true), standing{}, [6]verdict{}},
		{"owner of the practice", member(models.RoleOwner, true), standing{}, [6]verdict{}},
		{"office", member(models.RoleOffice, false), standing{}, [6]verdict{allowed, allowed, refused, refused, refused, refused}},
		{"office, even if listed", member(models.RoleOffice, true), standing{treats: true}, [6]verdict{allowed, allowed, refused, refused, refused, refused}},
		{"own partner", partner, standing{partner: true}, [6]verdict{refused, refused, refused, refused, refused, allowed}},
		{"another couple's partner", partner, standing{}, [6]verdict{}},
		{"half signed in", Actor{Kind: "member", Role: models.RoleTherapist, Clinician: true, Stage: "factor"}, standing{treats: true}, [6]verdict{}},
		{"nobody", Actor{}, standing{treats: true, partner: true}, [6]verdict{}},
	} {
		for i, r := range rights {
			require.Equal(t, c.want[i], mayOnCouple(c.actor, c.st, r), "%s, right %d", c.name, i)
		}
	}
}

func TestCommonPasswordsAreRefused(t *testing.T) {
	for _, p := range []string{"wachtwoord123", "Password1234", "abcabcabcabc", "111111111111", "abcdefghijkl", "qwertyuiop123"} {
		require.True(t, commonPassword(p), p)
	}
	for _, p := range []string{"Tussentijds-demo-1", "drie groene fietsen", "k8#vLp2!sQz9"} {
		require.False(t, commonPassword(p), p)
	}
}

// TestMayUseThread is the table of who reads and writes which thread of messages, and when.
func TestMayUseThread(t *testing.T) {
	couple, a, b := uuid.New(), uuid.New(), uuid.New()
	partner := func(id uuid.UUID) Actor {
		return Actor{Kind: "partner", ID: id, Role: models.RolePartner, Stage: "full"}
	}
	member := func(role models.Role) Actor {
		return Actor{Kind: "member", ID: uuid.New(), Role: role, Clinician: true, Stage: "full"}
	}
	threads := []thread{{couple: couple}, {couple, a}, {couple, b}}
	for name, c := range map[string]struct {
		actor Actor
		st    standing
		want  [3]verdict // together, A's own, B's own.
	}{
		"partner A":             {partner(a), standing{partner: true}, [3]verdict{allowed, allowed, hidden}},
		"partner B":             {partner(b), standing{partner: true}, [3]verdict{allowed, hidden, allowed}},
		"a stranger":            {partner(uuid.New()), standing{}, [3]verdict{}},
		"half signed in":        {Actor{Kind: "partner", ID: a, Stage: "factor"}, standing{partner: true}, [3]verdict{}},
		"therapist":             {member(models.RoleTherapist), standing{treats: true}, [3]verdict{allowed, allowed, allowed}},
		"trainee":               {member(models.RoleTrainee), standing{treats: true}, [3]verdict{allowed, allowed, allowed}},
		"colleague":             {member(models.RoleTherapist), standing{}, [3]verdict{}},
		"owner without them":    {member(models.RoleOwner), standing{}, [3]verdict{}},
		"office":                {member(models.RoleOffice), standing{}, [3]verdict{refused, refused, refused}},
		"office, though listed": {member(models.RoleOffice), standing{treats: true}, [3]verdict{refused, refused, refused}},
	} {
		for i, th := range threads {
			require.Equal(t, c.want[i], mayUseThread(c.actor, c.st, th, readClinical), "%s reads thread %d", name, i)
			require.Equal(t, c.want[i], mayUseThread(c.actor, c.st, th, writeClinical), "%s writes thread %d", name, i)
		}
	}
	for _, c := range []struct {
		couple     models.CoupleStatus
		held, off  bool
		first      models.PartnerStatus
		joint, own ThreadState
	}{
		{models.CoupleActive, false, false, models.PartnerActive, ThreadOpen, ThreadOpen},
		{models.CoupleIntake, false, false, models.PartnerInvited, ThreadOpen, ThreadOpen},
		{models.CoupleActive, false, false, models.PartnerPaused, ThreadStopped, ThreadOpen},
		{models.CoupleActive, false, false, models.PartnerWithdrawn, ThreadStopped, ThreadOpen},
		{models.CoupleActive, true, false, models.PartnerActive, ThreadStopped, ThreadOpen},
		{models.CouplePaused, false, false, models.PartnerActive, ThreadStopped, ThreadOpen},
		{models.CoupleSeparated, false, false, models.PartnerActive, ThreadStopped, ThreadOpen},
		{models.CoupleClosed, false, false, models.PartnerActive, ThreadClosed, ThreadClosed},
		{models.CoupleActive, false, true, models.PartnerActive, ThreadClosed, ThreadClosed},
	} {
		now := time.Now()
		row := models.Couple{Status: c.couple}
		if c.held {
			row.SafetyHoldAt = &now
		}
		partners := []models.Partner{{Row: models.Row{ID: a}, Status: c.first}, {Row: models.Row{ID: b}, Status: models.PartnerActive}}
		practice := models.Practice{MessagesOn: !c.off}
		require.Equal(t, c.joint, threadState(practice, row, partners, threads[0]), "%+v", c)
		require.Equal(t, c.own, threadState(practice, row, partners, threads[1]), "%+v", c)
		for _, box := range []models.MessageBox{{ReaderKind: "partner", ReaderID: a, JointSince: &now}, {ReaderKind: "partner", ReaderID: b, JointSince: &now}, {ReaderKind: "member", JointSince: &now}} {
			heard := c.joint == ThreadOpen && (box.ReaderID != a || c.first == models.PartnerActive)
			require.Equal(t, heard, remindedOf(practice, row, partners, box), "%+v of the joint one", c)
			box.JointSince, box.OwnSince = nil, &now
			heard = c.own == ThreadOpen && (box.ReaderID != a || c.first == models.PartnerActive)
			require.Equal(t, heard, remindedOf(practice, row, partners, box), "%+v of an own one", c)
		}
	}
}
