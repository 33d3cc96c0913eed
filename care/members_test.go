package care_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

func TestANewPracticeHasAnOwnerWithAnInvitation(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	id, url, err := k.Service.CreatePractice(k.Ctx, care.CreatePracticeInput{Name: "Nieuw", Email: "els-" + uuid.NewString() + "@nieuw.example", Country: "BE"})
	require.NoError(t, err)
	token := url[strings.LastIndex(url, "/")+1:]
	require.True(t, strings.HasPrefix(url, "http://localhost:8080/"))
	inv, err := k.Service.Invitation(k.Ctx, token)
	require.NoError(t, err)
	require.Equal(t, "Nieuw", inv.PracticeName)
	require.Equal(t, "member", inv.Kind)
	require.Equal(t, 1, k.Count("practices where id = $1 and time_zone = 'Europe/Brussels' and require_second_factor and secrets_policy_nl <> ''", id))
	require.Equal(t, 1, k.Count("members where practice_id = $1 and role = 'owner' and clinician and status = 'invited'", id))

	_, _, err = k.Service.CreatePractice(k.Ctx, care.CreatePracticeInput{Name: "", Email: "geen adres", Country: "DE", TimeZone: "Mars/Base"})
	requireCode(t, fault.Invalid, err)
	require.Len(t, fault.From(err).Fields, 4)
}

func TestTheOwnerAddsAndChangesMembers(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	add := care.AddMemberInput{Role: "therapist", Name: "Mira", Email: "mira-" + uuid.NewString() + "@debrug.example"}
	v, err := k.Service.AddMember(k.Ctx, k.Owner, add)
	require.NoError(t, err)
	require.True(t, v.Clinician, "a therapist treats")
	require.Equal(t, add.Email, v.Email)
	require.Equal(t, 1, k.Count("reminders where cause_kind = 'invitation' and recipient_kind = 'member' and cause_id = $1 and moment = 'now'", v.ID))
	add.Email = strings.ToUpper(add.Email[:4]) + add.Email[4:]
	_, err = k.Service.AddMember(k.Ctx, k.Owner, add)
	requireCode(t, fault.Invalid, err)
	require.Equal(t, "error.field.address_taken", fault.From(err).Fields[0].Key)
	_, err = k.Service.AddMember(k.Ctx, k.Owner, care.AddMemberInput{Role: "trainee", Name: "Zonder", Email: "zonder@debrug.example"})
	requireCode(t, fault.Invalid, err)
	require.Equal(t, "supervisor_id", fault.From(err).Fields[0].Location)
	_, err = k.Service.AddMember(k.Ctx, k.Owner, care.AddMemberInput{Role: "trainee", Name: "Kring", Email: "kring@debrug.example", SupervisorID: &k.Trainee.ID})
	requireCode(t, fault.Invalid, err)

	role, name, ended, active := "office", "Mira V.", "ended", "active"
	c, err := k.Service.ChangeMember(k.Ctx, k.Owner, v.ID, care.ChangeMemberInput{Role: &role, Name: &name, Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, models.RoleOffice, c.Role)
	require.False(t, c.Clinician)
	_, err = k.Service.ChangeMember(k.Ctx, k.Owner, v.ID, care.ChangeMemberInput{Name: &name, Version: v.Version})
	requireCode(t, fault.Stale, err)
	_, err = k.Service.ChangeMember(k.Ctx, k.Owner, v.ID, care.ChangeMemberInput{Status: &active, Version: c.Version})
	requireCode(t, fault.Invalid, err) // Only the invited person can accept.
	c, err = k.Service.ChangeMember(k.Ctx, k.Owner, v.ID, care.ChangeMemberInput{Status: &ended, Version: c.Version})
	require.NoError(t, err)
	require.Equal(t, 0, k.Count("reminders where cause_kind = 'invitation' and cause_id = $1 and state = 'planned'", v.ID))

	self, err := memberOf(k, k.Owner, k.Owner.ID)
	require.NoError(t, err)
	_, err = k.Service.ChangeMember(k.Ctx, k.Owner, k.Owner.ID, care.ChangeMemberInput{Status: &ended, Version: self.Version})
	requireCode(t, fault.Conflict, err)
	require.Equal(t, "member.last_owner", fault.From(err).Key)
	_, err = k.Service.ChangeMember(k.Ctx, k.Owner, k.Owner.ID, care.ChangeMemberInput{Role: &role, Version: self.Version})
	requireCode(t, fault.Conflict, err)
}

func memberOf(k *testkit.Kit, who care.Actor, id uuid.UUID) (care.MemberView, error) {
	list, err := k.Service.ListMembers(k.Ctx, who, care.Page{})
	for _, m := range list.Data {
		if m.ID == id {
			return m, err
		}
	}
	return care.MemberView{}, err
}

// Ending a member ends what was open: the membership and every login on it.
func TestAnEndedMemberIsOutAtOnce(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	account, membership := models.NewID(), models.NewID()
	k.SQL("insert into accounts (id, email_index) values ($1, $2)", account, account[:])
	k.SQL("insert into memberships (id, account_id, practice_id, kind, subject_id) values ($1, $2, $3, 'member', $4)", membership, account, k.Practice, k.Colleague.ID)
	k.SQL(`insert into logins (id, token_hash, account_id, membership_id, practice_id, edge, created_at, seen_at, fresh_at, idle_minutes, expires_at)
		values ($1, $2, $3, $4, $5, 'api', now(), now(), now(), 20, now() + interval '1 day')`, models.NewID(), membership[:], account, membership, k.Practice)
	m, err := memberOf(k, k.Owner, k.Colleague.ID)
	require.NoError(t, err)
	ended, active := "ended", "active"
	m, err = k.Service.ChangeMember(k.Ctx, k.Owner, m.ID, care.ChangeMemberInput{Status: &ended, Version: m.Version})
	require.NoError(t, err)
	require.Equal(t, 1, k.Count("memberships where id = $1 and ended_at is not null", membership))
	require.Equal(t, 0, k.Count("logins where membership_id = $1 and ended_at is null", membership))
	m, err = k.Service.ChangeMember(k.Ctx, k.Owner, m.ID, care.ChangeMemberInput{Status: &active, Version: m.Version})
	require.NoError(t, err)
	require.Equal(t, "active", m.Status)
	require.Equal(t, 1, k.Count("memberships where id = $1 and ended_at is null", membership))
	require.Equal(t, 0, k.Count("logins where membership_id = $1 and ended_at is null", membership), "one signs in anew")
}

func TestWhoMayManageMembers(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	name := "Ander"
	m, err := memberOf(k, k.Owner, k.Therapist.ID)
	require.NoError(t, err)
	require.NotEmpty(t, m.Email)
	add := func(a care.Actor) error {
		_, err := k.Service.AddMember(k.Ctx, a, care.AddMemberInput{Role: "office", Name: "X", Email: "x@debrug.example"})
		return err
	}
	change := func(a care.Actor) error {
		_, err := k.Service.ChangeMember(k.Ctx, a, k.Therapist.ID, care.ChangeMemberInput{Name: &name, Version: m.Version})
		return err
	}
	for _, a := range []care.Actor{k.Therapist, k.Trainee, k.Office, k.Colleague} {
		requireCode(t, fault.Forbidden, add(a))
		requireCode(t, fault.Forbidden, change(a))
		seen, err := memberOf(k, a, k.Therapist.ID)
		require.NoError(t, err)
		require.Equal(t, "Noor", seen.Name)
		require.Empty(t, seen.Email, "addresses are the owner's")
	}
	requireCode(t, fault.NotFound, add(k.PartnerA))
	requireCode(t, fault.NotFound, change(k.PartnerA))
	requireCode(t, fault.NotFound, change(k.ForeignTherapist)) // An owner, elsewhere.
	_, err = k.Service.ListMembers(k.Ctx, k.PartnerA, care.Page{})
	requireCode(t, fault.NotFound, err)
	half := k.Owner
	half.Stage = "factor"
	requireCode(t, fault.NotFound, add(half))
}
