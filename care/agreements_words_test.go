package care

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/library"
)

func TestAVaguePromiseNeedsAMeasureThatIsNot(t *testing.T) {
	for _, p := range [][2]string{
		{"Beter communiceren", "dat het beter gaat"},
		{"Meer aandacht voor elkaar", "we voelen ons beter"},
		{"We doen ons best", "We doen ons best"},
		{"Liever zijn", "het is fijner thuis"},
		{"Elkaar respecteren", "we merken dat het goed gaat"},
		{"Rekening houden met elkaar", "minder ruzie"},
		{"Communicate better", "we notice that it goes better"},
		{"Be more open", "more trust"},
		{"Try to be nicer", "a better mood"},
	} {
		require.True(t, vague(p[0], p[1]), "%q / %q", p[0], p[1])
	}
	for _, p := range [][2]string{
		{"Beter communiceren", "elke dag een vinkje"},
		{"Meer aandacht voor elkaar", "twee keer per week een uur zonder telefoon"},
		{"Liever zijn", "geteld"},
		{"Op dinsdag gaan we samen weg", "het voelt goed"},
		{"Spreek ik een ex, dan zeg ik het vooraf", "vooraf verteld, ja of nee"},
		{"Samen eten", "gezellig"},
		{"Wie thuiskomt zegt eerst hallo", "het gaat goed"},
		{"De vaat", "de vaat"},
		{"kanarie4711", "kanarie0815"},
		{"More time together", "Tuesday evening, or not"},
		{"Listen well", "each day one summary"},
		{"Weggaan met ruzie doen we niet", "we merken het"},
	} {
		require.False(t, vague(p[0], p[1]), "%q / %q", p[0], p[1])
	}
}

func TestWhatIsNeverAgreed(t *testing.T) {
	for _, text := range []string{
		"We geven elkaar het wachtwoord van dit portaal", "Robin mag meekijken in het portaal", "Inloggen in het portaal doen we samen",
		"We delen de inlogcode van Tussentijds", "We lezen elkaars antwoorden in het portaal", "Ik laat zien wat ik bij de vragen over veiligheid heb ingevuld, mijn antwoorden dus",
		"Je laat je berichten met de therapeut zien", "We delen alle berichten aan onze therapeut", "Geen contact met hulpverleners zonder de ander",
		"We bellen nooit met de politie", "Niet met de huisarts praten over ons", "Alle telefoons open, en ook de toegang tot het portaal",
		"We share the password of the portal", "We show each other our messages with the therapist", "We read each other's answers in the portal", "Never call a helpline",
		"You give me access to the portal",
	} {
		require.True(t, neverAgreed(text), text)
	}
	for _, text := range []string{
		"Telefoon: kijken mag als we het eerst vragen", "De toegang tot het portaal blijft van ieder zelf", "Alles open, behalve wachtwoorden van dit portaal",
		"We geven bij de therapeut eerlijk antwoord", "We gaan elke twee weken naar de therapeut", "We vullen elke zondag de check-in in het portaal in",
		"We geven elkaar eerlijk antwoord", "De berichten met de therapeut zijn privé", "Spreek ik een ex, dan vertel ik dat vooraf", "Wachtwoorden van de gezamenlijke rekening delen we",
		"We praten niet na tien uur over geld", "Bij ziekte bellen we de huisarts", "We delen onze agenda", "Ik stuur een bericht als ik later thuis ben",
		"We look in the portal together on Sunday", "Each keeps an own login for the portal", "We give each other an honest answer",
	} {
		require.False(t, neverAgreed(text), text)
	}
}

// What the library itself words never trips over its own rules.
func TestTheLibrarysOwnWordsMayBeAgreed(t *testing.T) {
	l, err := library.Load()
	require.NoError(t, err)
	check := func(where string, text library.Text) {
		for _, lang := range []string{"nl", "en"} {
			require.False(t, neverAgreed(text.In(lang)), "%s: %s", where, text.In(lang))
		}
	}
	for _, e := range l.List() {
		if e.Kind != library.KindAgreement {
			continue
		}
		for _, q := range e.Questions {
			for _, o := range q.Options {
				check(e.ID+"."+q.ID, library.Text{NL: q.Label.NL + " " + o.Label.NL, EN: q.Label.EN + " " + o.Label.EN})
			}
			for _, c := range q.Columns {
				for _, o := range c.Options {
					check(e.ID+"."+q.ID, o.Label)
				}
			}
		}
	}
}
