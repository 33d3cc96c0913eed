package web

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
)

var formID = regexp.MustCompile(`name="id" value="([0-9a-f-]{36})"`)

// A form that comes again where it was not sent says so, keeps what was typed, and goes when it is sent once more.
func TestAFormSentElsewhereIsShownAgainAndGoesOnceMore(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	b := as(t, k, k.PartnerA)
	id := formID.FindStringSubmatch(b.get("/portal/messages/together").is(200).html)[1]
	said := map[string][]string{"body": {"Voor ons allemaal"}, "id": {id}}
	for range 2 { // The same form twice is one message.
		b.send("/portal/messages/together", said).goes("/portal/messages/together")
	}
	s := b.send("/portal/messages/alone", said).is(409).has("Je hebt dit al verstuurd, in een ander gesprek.", "Voor ons allemaal")
	fresh := formID.FindStringSubmatch(s.html)[1]
	require.NotEqual(t, id, fresh)
	b.send("/portal/messages/alone", map[string][]string{"body": {"Voor ons allemaal"}, "id": {fresh}}).goes("/portal/messages/alone")
	_, err := k.Service.TakeBackMessage(k.Ctx, k.PartnerA, idOf(fresh))
	require.NoError(t, err)
	b.send("/portal/messages/alone", map[string][]string{"body": {"Voor ons allemaal"}, "id": {fresh}}).is(409).has("Je hebt dit bericht teruggenomen.", "Voor ons allemaal")
	v, err := k.Service.Thread(k.Ctx, k.PartnerA, k.Couple, care.ThreadAlone, care.Page{})
	require.NoError(t, err)
	require.Empty(t, v.Messages)
}
