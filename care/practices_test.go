package care_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

func TestPracticeBelongsToItsOwner(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	before, err := k.Service.Practice(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.Equal(t, k.Practice, before.ID)

	for name, actor := range map[string]care.Actor{"therapist": k.Therapist, "trainee": k.Trainee, "office": k.Office} {
		_, err := k.Service.Practice(k.Ctx, actor)
		requireCode(t, fault.Forbidden, err)
		_, err = k.Service.ChangePractice(k.Ctx, actor, care.ChangePracticeInput{Version: before.Version})
		require.Equal(t, fault.Forbidden, fault.From(err).Code, name)
	}
	_, err = k.Service.Practice(k.Ctx, k.PartnerA)
	requireCode(t, fault.NotFound, err)
	_, err = k.Service.ChangePractice(k.Ctx, k.PartnerA, care.ChangePracticeInput{Version: before.Version})
	requireCode(t, fault.NotFound, err)

	// The other practice's owner changes the own one and leaves this one as it is.
	name := "Elders"
	foreign, err := k.Service.Practice(k.Ctx, k.ForeignTherapist)
	require.NoError(t, err)
	_, err = k.Service.ChangePractice(k.Ctx, k.ForeignTherapist, care.ChangePracticeInput{Name: &name, Version: foreign.Version})
	require.NoError(t, err)
	after, err := k.Service.Practice(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestANewSecretsPolicyIsANewVersion(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	before, err := k.Service.Practice(k.Ctx, k.Owner)
	require.NoError(t, err)

	name, sender := "  De Nieuwe Brug ", "Praktijkpost"
	lines := []models.Helpline{{Key: "emergency", NameNL: "Noodnummer", NameEN: "Emergency", Number: "112"}, {NameNL: "Praten", NameEN: "Talk", URL: "https://help.example/praten"}}
	changed, err := k.Service.ChangePractice(k.Ctx, k.Owner, care.ChangePracticeInput{Name: &name, SenderName: &sender, Helplines: &lines, Version: before.Version})
	require.NoError(t, err)
	require.Equal(t, "De Nieuwe Brug", changed.Name)
	require.Equal(t, before.SecretsPolicyVersion, changed.SecretsPolicyVersion, "the policy did not change")
	require.Equal(t, 1, k.Count("audit_events where practice_id = $1 and act = 'change' and object_kind = 'practice'", k.Practice))

	_, err = k.Service.ChangePractice(k.Ctx, k.Owner, care.ChangePracticeInput{Name: &name, Version: before.Version})
	requireCode(t, fault.Stale, err)

	same := before.SecretsPolicyNL
	changed, err = k.Service.ChangePractice(k.Ctx, k.Owner, care.ChangePracticeInput{SecretsPolicyNL: &same, Version: changed.Version})
	require.NoError(t, err)
	require.Equal(t, before.SecretsPolicyVersion, changed.SecretsPolicyVersion, "the same words are the same version")

	words := "Wat je alleen vertelt, blijft bij ons."
	changed, err = k.Service.ChangePractice(k.Ctx, k.Owner, care.ChangePracticeInput{SecretsPolicyNL: &words, Version: changed.Version})
	require.NoError(t, err)
	require.Equal(t, before.SecretsPolicyVersion+1, changed.SecretsPolicyVersion)

	privacy, err := k.Service.Privacy(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Equal(t, lines, privacy.Helplines)
	for _, c := range privacy.Consents {
		if c.Kind == models.ConsentSecretsPolicy {
			require.Greater(t, c.Current, c.Version, "the partner said yes to the earlier words")
		}
	}
}

func TestPracticeSettingsAreChecked(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	before, err := k.Service.Practice(k.Ctx, k.Owner)
	require.NoError(t, err)
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	line := func(l models.Helpline) *[]models.Helpline { return &[]models.Helpline{l} }
	for location, in := range map[string]care.ChangePracticeInput{
		"name":                 {Name: text(" ")},
		"sender_name":          {SenderName: text("Post\r\nBcc: x@y.example")},
		"secrets_policy_nl":    {SecretsPolicyNL: text("")},
		"secrets_policy_en":    {SecretsPolicyEN: text(strings.Repeat("x", 5001))},
		"partner_idle_minutes": {PartnerIdleMinutes: number(1)},
		"member_idle_minutes":  {MemberIdleMinutes: number(241)},
		"helplines.0.name_en":  {Helplines: line(models.Helpline{NameNL: "Hulp", Number: "112"})},
		"helplines.0.number":   {Helplines: line(models.Helpline{NameNL: "Hulp", NameEN: "Help"})},
		"helplines.0.url":      {Helplines: line(models.Helpline{NameNL: "Hulp", NameEN: "Help", URL: "javascript:alert(1)"})},
	} {
		in.Version = before.Version
		_, err := k.Service.ChangePractice(k.Ctx, k.Owner, in)
		requireCode(t, fault.Invalid, err)
		require.Equal(t, location, fault.From(err).Fields[0].Location)
	}
	after, err := k.Service.Practice(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.Equal(t, before, after)
}
