package web

import (
	"maps"
	"regexp"
	"testing"
	"time"

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

// What is typed is kept while it is typed, and when the sign-in has expired meanwhile: it stands in the box after the next one,
// for its writer alone, and only where the thread itself opens.
func TestWhatIsTypedInAMessageIsKept(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	hidden := func(s shown) map[string][]string {
		out := map[string][]string{}
		for _, name := range []string{"id", "token"} {
			out[name] = []string{regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(s.html)[1]}
		}
		return out
	}
	type place struct {
		who  care.Actor
		path string
	}
	for _, at := range []place{
		{k.PartnerA, "/portal/messages/alone"}, {k.PartnerB, "/portal/messages/together"}, {k.Therapist, "/desk/couples/" + k.Couple.String() + "/messages/" + k.PartnerA.ID.String()},
	} {
		b := as(t, k, at.who)
		page := b.get(at.path).is(200).has(`data-autosave="` + at.path + `/draft"`)
		form := hidden(page)
		form["body"] = []string{"Half af"}
		b.send(at.path+"/draft", form).is(200).has("10:00")
		b.get(at.path).is(200).has("Half af")
		form["body"] = []string{" "}
		b.send(at.path+"/draft", form).is(200)
		b.get(at.path).is(200).hasNot("Half af") // What was wiped out is gone.

		// The sign-in expires: the script's next call keeps it, and so does sending the form without script.
		k.SQL(`update logins set expires_at = seen_at where practice_id = $1`, k.Practice)
		for body, path := range map[string]string{"Laat bewaard": at.path + "/draft", "Laat verstuurd": at.path} {
			form["body"] = []string{body}
			late := newBrowser(t, k)
			late.cookies, late.csrf = maps.Clone(b.cookies), b.csrf
			if s := late.send(path, form); path == at.path {
				s.goes("/")
			} else {
				s.is(200).has("said")
			}
			as(t, k, at.who).get(at.path).is(200).has(body)
			k.SQL(`update logins set expires_at = seen_at where practice_id = $1`, k.Practice)
		}
	}
	require.Zero(t, k.Count("messages where practice_id = $1", k.Practice), "nothing was sent")
	b := as(t, k, k.PartnerB)
	b.get("/portal/messages/alone").is(200).hasNot("Laat")
	k.Clock.Add(6 * time.Minute) // The own thread has closed; its draft with it.
	as(t, k, k.PartnerA).get("/portal/messages").is(200).hasNot("Laat")

	// What was on its way when the form was sent does not come back into the box.
	form := hidden(b.get("/portal/messages/together").is(200))
	form["body"] = []string{"Nu verstuurd"}
	b.send("/portal/messages/together", form).goes("/portal/messages/together")
	b.send("/portal/messages/together/draft", form).is(200)
	v, err := k.Service.Thread(k.Ctx, k.PartnerB, k.Couple, care.ThreadTogether, care.Page{})
	require.NoError(t, err)
	require.Empty(t, v.Draft)
}
