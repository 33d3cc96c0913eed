package care_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/local"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// The tests of this file do not run side by side: a claimer takes what is due in every practice, another test's too.

func ownWording() models.MessageWords {
	return models.MessageWords{
		Subject: "Er ligt iets voor je klaar bij {afzender}", Body: "Neem rustig de tijd.\n\nAlles blijft staan tot je kijkt.", Button: "Kijken", Note: "Na het inloggen zie je meer.", Text: "er ligt iets voor je klaar:",
	}
}

// with gives the words with one field changed.
func with(field, text string) models.MessageWords {
	w := ownWording()
	*map[string]*string{"subject": &w.Subject, "body": &w.Body, "button": &w.Button, "note": &w.Note, "text": &w.Text}[field] = text
	return w
}

func TestOurOwnWordsPassTheChecker(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	list, err := k.Service.MessageWords(k.Ctx, k.Office)
	require.NoError(t, err)
	require.Len(t, list, 8)
	for _, v := range list {
		require.False(t, v.Own)
		checked, err := k.Service.CheckWords(k.Ctx, k.Owner, v.Kind, v.Locale, care.ChangeWordsInput{MessageWords: v.Words})
		require.NoError(t, err, "%s in %s", v.Kind, v.Locale)
		require.Equal(t, v.Preview, checked.Preview)
		require.NotEmpty(t, v.Preview.Mail)
		require.Equal(t, v.Kind == "ready" || v.Kind == "reminder", v.Preview.Text != "")
		require.LessOrEqual(t, len(v.Preview.Text), 160)
	}
}

func TestTheCheckerSaysWhichWordAndWhy(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.NewCouple(k.Colleague, "Zarina-Otterbeek", "Wil")
	started, err := k.Service.StartExercise(k.Ctx, k.Therapist, care.StartExerciseInput{Title: "Geheime theepauze", Kind: "exercise", Languages: "nl"})
	require.NoError(t, err)
	require.NotEmpty(t, started.ID)
	member, err := k.Service.Me(k.Ctx, k.Therapist)
	require.NoError(t, err)
	for _, c := range []struct{ field, text, word, why string }{
		{"body", "Kijk even, Zarina.", "Zarina", "name"},
		{"body", "kijk even zarina", "zarina", "name"},
		{"note", "Zarina's bericht", "Zarina", "name"},
		{"note", "Dit is Zarinas bericht", "Zarinas", "name"},
		{"subject", "Iets van Ötterbeek", "Ötterbeek", "name"},
		{"body", "Zie je, Wil is er.", "Wil", "name"},
		{"body", "Groeten van " + strings.Fields(member.Name)[0], strings.Fields(member.Name)[0], "name"},
		{"body", "Groeten van Lieke en Bram", "Bram", "name"}, // No client here, and refused alike.
		{"body", "De geheime  theepauze staat klaar", "geheime theepauze", "title"},
		{"body", "Je hebt een nieuwe relatietest", "relatietest", "about"},
		{"subject", "Therapie", "Therapie", "about"},
		{"body", "Je huiswerk staat klaar", "huiswerk", "about"},
		{"body", "Your couple is waiting", "couple", "about"},
		{"body", "About the affair", "affair", "about"},
		{"body", "Your partner has not looked", "partner", "other"},
		{"body", "Jullie plek", "Jullie", "other"},
		{"body", "Je hebt het nog niet gezien", "nog niet", "blame"},
		{"body", "You still haven't looked", "haven t", "blame"},
		{"body", "Zie https://elders.example/x", "https://elders.example/x", "link"},
		{"body", "Zie debrug.nl", "debrug.nl", "link"},
		{"note", "Mail info@debrug.nl", "info@debrug.nl", "mail"},
		{"note", "Bel 06 - 1234 5678", "06 - 1234 5678", "phone"},
		{"subject", "Hallo {naam}", "{naam}", "gap"},
		{"body", "Hallo [voornaam]", "[voornaam]", "gap"},
		{"body", "Hallo %s en {{.Name}}", "%s", "gap"},
		{"text", "er is iets \U0001F33C", "\U0001F33C", "alphabet"},
	} {
		_, err := k.Service.CheckWords(k.Ctx, k.Owner, "ready", "nl", care.ChangeWordsInput{MessageWords: with(c.field, c.text)})
		found := false
		for _, f := range fault.From(err).Fields {
			found = found || f.Location == c.field && f.Key == "choices.words."+c.why && f.Args["Word"] == c.word
		}
		require.True(t, found, "%q: %v", c.text, fault.From(err))
	}
	for _, c := range []struct{ field, text, key string }{
		{"subject", "", "error.field.required"},
		{"body", " \n ", "error.field.required"},
		{"button", "", "error.field.required"},
		{"note", "", "error.field.required"},
		{"text", "", "error.field.required"},
		{"subject", "Een\r\nBcc: x", "error.field.control"},
		{"button", "a\nb", "error.field.control"},
		{"text", "a\nb", "error.field.control"},
		{"body", "on\u200bzichtbaar", "error.field.control"},
		{"subject", strings.Repeat("en ", 23) + "en", "error.field.too_long"},
		{"text", strings.Repeat("en ", 46) + "en", "choices.words.too_long_text"},
		{"text", strings.Repeat("€", 60), "choices.words.too_long_text"},
	} {
		_, err := k.Service.CheckWords(k.Ctx, k.Owner, "ready", "nl", care.ChangeWordsInput{MessageWords: with(c.field, c.text)})
		require.Equal(t, c.key, fieldsOf(err)[c.field], "%s %q", c.field, c.text)
	}
	// What is merely an everyday word stays, also where a client is called so.
	_, err = k.Service.CheckWords(k.Ctx, k.Owner, "ready", "nl", care.ChangeWordsInput{MessageWords: with("body", "Wil je kijken? Dat kan wanneer je wil. Een jong lid kan dit ook.")})
	require.NoError(t, err)
	require.Zero(t, k.Count("own_words where practice_id = $1", k.Practice), "a check keeps nothing")
	asked := k.Count("audit_events where practice_id = $1 and object_kind = 'message_words' and act = 'check'", k.Practice)
	require.Greater(t, asked, 20, "what is refused is on the record too")
	_, err = k.Service.CheckWords(k.Ctx, k.Therapist, "ready", "nl", care.ChangeWordsInput{MessageWords: ownWording()})
	requireCode(t, fault.Forbidden, err)
}

// A refusal must not tell an owner who is a client: it is the same in a practice that knows nobody of the name, and it is not
// made by looking anybody up.
func TestARefusedNameTellsNothingOfWhoIsKnown(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.NewCouple(k.Colleague, "Zarina-Otterbeek-Wilde", "Rust-Visser")
	elsewhere := k.ForeignTherapist
	elsewhere.Role = models.RoleOwner
	check := func(who care.Actor, text string) *fault.Error {
		_, err := k.Service.CheckWords(k.Ctx, who, "ready", "nl", care.ChangeWordsInput{MessageWords: with("body", text)})
		return fault.From(err)
	}
	for _, known := range []string{"Zarina", "Otterbeek", "Wilde", "Rust", "Visser"} {
		for _, text := range []string{"Kijk even, %s.", "%s kan kijken.", "kijk even %s", "Neem rustig je %s"} {
			for _, word := range []string{known, strings.ToLower(known), strings.ToUpper(known)} {
				said := strings.ReplaceAll(text, "%s", word)
				require.Equal(t, check(elsewhere, said), check(k.Owner, said), said)
			}
		}
	}
	// Who is no client is refused like a client: same reason, same sentence.
	client, nobody := check(k.Owner, "Groeten van Otterbeek"), check(k.Owner, "Groeten van Wezelgracht")
	require.Equal(t, "choices.words.name", client.Fields[0].Key)
	client.Fields[0].Args, nobody.Fields[0].Args = nil, nil
	require.Equal(t, client, nobody)
	// What is said as a word stays, whoever is called so.
	require.Nil(t, check(k.Owner, "Neem even rust. Rust doet goed, in het wilde weg."))
}

func TestOrdinaryMessagesPassTheChecker(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for lang, texts := range map[string][]string{
		"nl": {
			"Lekker in de zon of binnen op de bank: kijk als het je uitkomt. Warme groet van ons allemaal.", "Fijn dat je er bent. Er wacht iets op je plekje. Drink eerst een kopje thee.",
			"We wensen je een mooie avond. Je kunt inloggen met je eigen wachtwoord.", "Dit bericht is vertrouwelijk en bevat geen persoonsgegevens. Je hoeft niet te reageren.",
			"Hartelijke groet, het team van {afzender}. Log veilig in op je persoonlijke pagina.", "Heb je nu geen zin of ruimte? Morgen kan ook.", "Je hebt 1 nieuw berichtje op onze website.",
		},
		"en": {
			"Something new awaits you on your page. Take your time, there is no hurry at all.", "Warm regards from all of us at {sender}.", "Pop in whenever you fancy. I hope you have a lovely evening.",
			"No need to reply to this email, nobody reads this mailbox.", "Sign in safely to your personal page, on Monday or later. You can unsubscribe below.",
		},
	} {
		for _, text := range texts {
			_, err := k.Service.CheckWords(k.Ctx, k.Owner, "ready", lang, care.ChangeWordsInput{MessageWords: with("body", text)})
			if f := fault.From(err); f != nil {
				t.Errorf("%q: %v", text, f.Fields)
			}
		}
	}
}

func TestEveryReasonIsToldOfAField(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	text := "Zarina, Otterbeek, Wezelgracht, Lieke, Bram, Kees en Piet zien dat je partner het huiswerk nog niet deed: zie elders.nl of 06 - 1234 5678"
	_, err := k.Service.CheckWords(k.Ctx, k.Owner, "ready", "nl", care.ChangeWordsInput{MessageWords: with("body", text)})
	reasons := map[string]int{}
	for _, f := range fault.From(err).Fields {
		reasons[strings.TrimPrefix(f.Key, "choices.words.")]++
	}
	require.Equal(t, map[string]int{"name": 5, "other": 1, "about": 1, "blame": 1, "link": 1, "phone": 1}, reasons)
}

func TestAPracticesOwnWordsGoOverEveryChannel(t *testing.T) {
	k, box, service, gateway := everyChannel(t)
	change := func(who care.Actor, kind, lang string, w models.MessageWords, version int) (care.WordsView, error) {
		return k.Service.ChangeWords(k.Ctx, who, kind, lang, care.ChangeWordsInput{MessageWords: w, Version: version})
	}
	v, err := change(k.Owner, "ready", "nl", ownWording(), 0)
	require.NoError(t, err)
	require.Equal(t, 1, v.Version)
	_, err = change(k.Owner, "ready", "nl", ownWording(), 0)
	require.True(t, fault.Is(err, fault.Stale))
	_, err = change(k.Owner, "reset", "nl", ownWording(), 0)
	require.True(t, fault.Is(err, fault.NotFound), "people must recognise it")
	for _, who := range []care.Actor{k.Therapist, k.Trainee, k.Office} {
		_, err = change(who, "ready", "nl", ownWording(), 1)
		require.True(t, fault.Is(err, fault.Forbidden))
		require.True(t, fault.Is(k.Service.ResetWords(k.Ctx, who, "ready", "nl"), fault.Forbidden))
	}
	_, err = change(k.PartnerA, "ready", "nl", ownWording(), 1)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = k.Service.MessageWords(k.Ctx, k.PartnerA)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = k.Service.CheckWords(k.Ctx, k.PartnerA, "ready", "nl", care.ChangeWordsInput{MessageWords: ownWording()})
	require.True(t, fault.Is(err, fault.NotFound))
	foreign, err := k.Service.MessageWords(k.Ctx, k.ForeignTherapist)
	require.NoError(t, err)
	require.False(t, foreign[0].Own)

	subscribe(t, k, k.PartnerA, service.Device())
	require.NoError(t, k.Service.ChangePhone(k.Ctx, k.PartnerA, "06 12345678"))
	_, err = k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Channels: map[string][]string{"tasks": {"mail", "push", "sms"}}})
	require.NoError(t, err)
	k.Assign("appreciation", "both", "once")
	k.Clock.Set(atClock(k, 5, 20, 0))
	sendDue(t, k)
	mails := box.Mails(local.SentTo(addressOf(t, k, k.PartnerA)))
	require.Len(t, mails, 1)
	sender := v.Preview.From
	require.Equal(t, "Er ligt iets voor je klaar bij "+sender, mails[0].Subject)
	require.Contains(t, strings.ReplaceAll(mails[0].Text, "\r\n", "\n"), "Neem rustig de tijd.\n\nAlles blijft staan tot je kijkt.\n\nKijken:\n")
	require.Contains(t, mails[0].HTML, "Alles blijft staan tot je kijkt.</p>")
	require.Equal(t, mails[0].Subject, v.Preview.Subject)
	require.Len(t, service.Notes(), 1)
	require.Equal(t, v.Preview.Push, service.Notes()[0].Body)
	require.Len(t, gateway.texts, 1)
	require.Equal(t, v.Preview.Text, gateway.texts[0].Text)
	other := box.Mails(local.SentTo(addressOf(t, k, k.PartnerB)))
	require.Equal(t, "There is something ready for you", other[0].Subject, "in English ours stand")

	require.NoError(t, k.Service.ResetWords(k.Ctx, k.Owner, "ready", "nl"))
	require.NoError(t, k.Service.ResetWords(k.Ctx, k.Owner, "ready", "nl"))
	list, err := k.Service.MessageWords(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.False(t, list[0].Own)
	require.Equal(t, 2, k.Count("audit_events where practice_id = $1 and object_kind = 'message_words' and act in ('change', 'reset')", k.Practice))
}
