package care

import (
	"tussentijds/internal/locale"
	"tussentijds/library"
)

// emptyExercise is what an own exercise begins with: a title, what is usual, and what its kind cannot do without. An
// agreement is written in points, signed, and says that it was chosen freely.
func emptyExercise(kind library.Kind, languages, title string) *library.Exercise {
	e := &library.Exercise{
		Kind: kind, Who: library.WhoEach, Minutes: 10, Schedule: library.Schedule{Kind: library.ScheduleOnce, At: defaultAt},
		Title: library.Text{NL: title}, Steps: []library.Text{{}, {}, {}},
	}
	if mainLanguage(languages) == languageEN {
		e.Title = library.Text{EN: title}
	}
	say := func(key string) library.Text { return inWords(languages, key) }
	switch kind {
	case library.KindInstrument:
		e.Scoring = &library.Scoring{Caveat: say("builder.start.caveat")}
	case library.KindAgreement:
		e.Who, e.Joint = library.WhoBoth, true
		e.Questions = []library.Question{
			{ID: "points", Type: library.FieldRows, Audience: library.AudienceBoth, Required: true, Label: say("builder.start.points"), Columns: []library.Column{
				{ID: "area", Type: library.FieldShort, Label: say("builder.start.area")},
				{ID: "agreement", Type: library.FieldLong, Label: say("builder.start.agreement")},
				{ID: "measure", Type: library.FieldLong, Label: say("builder.start.measure")},
			}},
			{ID: "review_on", Type: library.FieldDate, Audience: library.AudienceBoth, Label: say("builder.start.review_on")},
			{ID: "freely", Type: library.FieldYesNo, Audience: library.AudienceTherapist, Label: say("builder.start.freely")},
			{ID: "signed", Type: library.FieldSignature, Audience: library.AudienceBoth, Required: true, Label: say("builder.start.signed")},
		}
		// Whoever does not choose freely is heard alone before anything is done with the agreement.
		e.Flags = []library.Flag{{ID: "not_freely", Question: "freely", When: library.When{Answer: "no"}, Do: library.DoScreen, Level: 1, Text: say("builder.start.not_freely")}}
	}
	return e
}

// inWords gives a message as a text of an exercise, in the languages it is written in.
func inWords(languages, key string) library.Text {
	var t library.Text
	if languages != languageEN {
		t.NL = locale.For(locale.NL).T(key)
	}
	if languages != languageNL {
		t.EN = locale.For(locale.EN).T(key)
	}
	return t
}
