package web

import (
	"html"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/testkit"
)

// What cannot stay is told at its field, every reason once, and what was typed stands there still.
func TestEveryReasonStandsAtTheFieldOfOwnWords(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	body := "Otterbeek, er wacht een oefening.\nJe partner heeft nog niet gekeken: zie elders.nl, en nog eens Otterbeek."
	form := map[string][]string{
		"kind": {"ready"}, "lang": {"nl"}, "version": {"0"}, "subject": {"Therapie voor Bram"}, "body": {body}, "button": {"Kijken"}, "note": {"Getypte noot"}, "text": {"er is iets:"},
	}
	require.NoError(t, k.Service.ChangeLanguage(k.Ctx, k.Owner, "nl"))
	for _, path := range []string{"/desk/settings/words", "/desk/settings/words/check"} {
		b := as(t, k, k.Owner)
		b.get("/desk/settings/words").is(200)
		s := b.send(path, form).is(422)
		page := html.UnescapeString(s.html)
		at := func(field string) string {
			_, rest, found := strings.Cut(page, `<div class="errors" id="f-`+field+`-error">`)
			require.True(t, found, field)
			told, _, _ := strings.Cut(rest, "</div>")
			return told
		}
		for reason, field := range map[string]string{
			"“Otterbeek” kan iemands naam zijn": "body", "“oefening” zegt waar het over gaat": "body", "“partner” gaat over iemand anders": "body",
			"“nog niet” zegt dat iets niet gedaan is": "body", "“elders.nl” lijkt op een internetadres": "body",
			"“Therapie” zegt waar het over gaat": "subject", "“Bram” kan iemands naam zijn": "subject",
		} {
			require.Equal(t, 1, strings.Count(at(field), reason), reason)
		}
		require.Contains(t, page, `aria-describedby=" f-body-error"`)
		for _, typed := range []string{body, `value="Therapie voor Bram"`, `value="Kijken"`, "Getypte noot", "er is iets:"} {
			require.Contains(t, page, typed)
		}
	}
}
