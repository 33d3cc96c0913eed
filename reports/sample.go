package reports

import (
	"time"

	"tussentijds/internal/locale"
)

// SampleSnapshot is a full, invented month for the design preview, the tests and the benchmarks.
func SampleSnapshot(lang locale.Lang) Snapshot {
	zone := time.FixedZone("CEST", 2*60*60)
	day := func(month time.Month, d, hour int) time.Time { return time.Date(2026, month, d, hour, 0, 0, 0, zone) }
	words := sampleWords[locale.NL]
	if w, ok := sampleWords[lang]; ok {
		words = w
	}
	previous, before := 11.0, 5.2
	s := Snapshot{
		Version: Version, Audience: ForCouple, Locale: lang,
		PracticeName: "De Brug", TherapistName: "Noor van Dijk",
		CoupleName: "Sam & Robin", PartnerNames: []string{"Sam", "Robin"},
		Month: day(time.September, 1, 0), PeriodFrom: day(time.September, 1, 0), PeriodTo: day(time.September, 30, 0), BuiltAt: day(time.October, 1, 6),
		Programme: Programme{Name: words["programme"], Phase: words["phase"], MonthsIn: 4, MonthsFrom: 6, MonthsTo: 12},
		Homework:  Homework{Minutes: 245},
		Sessions:  Sessions{Held: 2, Cancelled: 1, Next: []time.Time{day(time.October, 7, 19), day(time.October, 21, 19)}},
		Wins: []Win{
			{On: day(time.September, 5, 21), Text: words["win1"], By: "Robin"},
			{On: day(time.September, 14, 21), Text: words["win2"], By: "Sam"},
			{On: day(time.September, 26, 21), Text: words["win3"], By: "Sam"},
		},
		TherapistNote: words["note1"] + "\n\n" + words["note2"],
		NextSteps:     []string{words["next1"], words["next2"], words["next3"]},
		Flags:         []string{words["flag1"]},
	}
	for i, w := range [][2]int{{6, 8}, {7, 8}, {4, 8}, {8, 8}, {2, 3}} {
		s.Homework.Weeks = append(s.Homework.Weeks, HomeworkWeek{From: day(time.August, 31, 0).AddDate(0, 0, 7*i), Assigned: w[1], Done: w[0]})
	}
	trend := func(title, area string, sam, robin []float64) Trend {
		t := Trend{Title: title, Area: area, Min: 0, Max: 10, Lines: []TrendLine{{Label: "Sam"}, {Label: "Robin"}}}
		for k, values := range [][]float64{sam, robin} {
			for i, v := range values {
				t.Lines[k].Points = append(t.Lines[k].Points, TrendPoint{On: day(time.September, 1, 20).AddDate(0, 0, i*30/len(values)), Value: v, Gap: v < 0})
			}
		}
		return t
	}
	s.Trends = []Trend{
		trend(words["heard"], AreaCommunication, []float64{4, 5, 5, 6, -1, 6, 7, 6, 7, 7}, []float64{3, 3, 4, 4, 5, 4, 5, 6, 6, 7}),
		trend(words["checkin"], AreaConnection,
			[]float64{5, 6, 6, 5, 4, 4, 6, 7, 6, 6, -1, -1, 5, 6, 7, 7, 6, 5, 6, 7, 8, 7, 7, 6, -1, 7, 8, 8, 7, 8},
			[]float64{4, 4, 5, 5, 3, 2, 4, 5, 6, 5, 5, 4, 4, 5, 5, 6, -1, 4, 5, 6, 6, 7, 6, 6, 6, 7, 7, 6, 7, 7}),
		trend(words["safe"], AreaTrust, []float64{6, 6, 7, 7}, []float64{3, 4, 4, 5}),
	}
	s.Instruments = []InstrumentResult{
		{Title: words["checklist"], On: day(time.September, 27, 0), Score: 14, Min: 0, Max: 20, Band: words["band2"], Previous: &previous, Bands: []InstrumentBand{
			{From: 0, To: 9, Label: words["band1"]}, {From: 10, To: 15, Label: words["band2"]}, {From: 16, To: 20, Label: words["band3"]},
		}},
		{Title: words["signs"], On: day(time.September, 20, 0), Score: 5.8, Min: 0, Max: 10, Band: words["sign2"], Previous: &before, Bands: []InstrumentBand{
			{From: 0, To: 4, Label: words["sign1"]}, {From: 4, To: 7, Label: words["sign2"]}, {From: 7, To: 10, Label: words["sign3"]},
		}},
	}
	point := func(label string, counts ...[2]int) AgreementPoint {
		p := AgreementPoint{Label: label}
		for i, c := range counts {
			p.Weeks = append(p.Weeks, AgreementWeek{From: day(time.August, 31, 0).AddDate(0, 0, 7*i), Kept: c[0], Asked: c[1]})
		}
		return p
	}
	s.Agreements = []AgreementResult{
		{Title: words["agreement1"], Points: []AgreementPoint{
			point(words["point1"], [2]int{6, 7}, [2]int{7, 7}, [2]int{5, 7}, [2]int{7, 7}, [2]int{3, 3}),
			point(words["point2"], [2]int{1, 1}, [2]int{1, 1}, [2]int{0, 1}, [2]int{1, 1}, [2]int{0, 0}),
			point(words["point3"], [2]int{2, 2}, [2]int{1, 2}, [2]int{2, 2}, [2]int{2, 2}, [2]int{1, 1}),
		}},
		{Title: words["agreement2"], Points: []AgreementPoint{
			point(words["point4"], [2]int{3, 4}, [2]int{4, 4}, [2]int{2, 4}, [2]int{4, 4}, [2]int{2, 2}),
		}},
	}
	return s
}

var sampleWords = map[locale.Lang]map[string]string{
	locale.NL: {
		"programme": "Herstel na een breuk in het vertrouwen", "phase": "Opnieuw opbouwen",
		"win1":  "We hebben zondag anderhalf uur gewandeld zonder telefoons. Het was weer even licht.",
		"win2":  "Toen ik laat was, kreeg ik meteen een berichtje terug: ‘Fijn dat je het zegt.’ Dat scheelde een hele avond.",
		"win3":  "Samen gelachen om de mislukte crème brûlée.",
		"heard": "Ik voelde me gehoord", "checkin": "Dagelijkse check-in: verbinding", "safe": "Ik kan op je rekenen",
		"checklist": "Relatiechecklist", "band1": "Vraagt nu aandacht", "band2": "Onderweg, met stevige stukken", "band3": "Stevige basis",
		"signs": "Tekenen van herstel", "sign1": "Nog veel onrust", "sign2": "Het begint te dragen", "sign3": "Rustiger vaarwater",
		"agreement1": "Openheid over de dag", "point1": "We vertellen voor het eten kort hoe de dag was.",
		"point2": "Eén keer per week kijken we samen de agenda door.", "point3": "Wie later is, laat het vooraf weten, ook als het maar tien minuten scheelt en er een goede reden voor is.",
		"agreement2": "Pauze bij ruzie", "point4": "Na een pauze komen we binnen een uur op het gesprek terug.",
		"note1": "Jullie hebben deze maand veel geoefend, ook in de derde week, toen het thuis druk was. Ik zie dat het luisteren makkelijker gaat als jullie eerst samenvatten voordat jullie reageren. Dat hoorde ik ook terug in de laatste sessie.",
		"note2": "De lijnen lopen niet gelijk op, en dat hoeft ook niet. Herstel kent sprongen en terugval; een mindere dag maakt het werk van de weken ervoor niet ongedaan. Volgende keer kijken we hoe jullie de pauze kunnen inkorten.",
		"next1": "Twee keer per week een gesprek van twintig minuten, om de beurt luisteren.", "next2": "De afspraak over pauzes samen nalopen en waar nodig aanpassen.",
		"next3": "Eén activiteit kiezen waar jullie allebei zin in hebben.",
		"flag1": "In week drie bleven drie check-ins open; vraag na of de herinnering op een goed moment komt.",
	},
	locale.EN: {
		"programme": "Repair after a breach of trust", "phase": "Building anew",
		"win1":  "On Sunday we walked for an hour and a half without phones. It felt light again for a while.",
		"win2":  "When I was late I got a message straight back: ‘Good that you tell me.’ It saved a whole evening.",
		"win3":  "We laughed together about the crème brûlée that failed.",
		"heard": "I felt heard", "checkin": "Daily check-in: connection", "safe": "I can count on you",
		"checklist": "Relationship checklist", "band1": "Asks for attention now", "band2": "On the way, with firm parts", "band3": "A firm base",
		"signs": "Signs of recovery", "sign1": "Still much unrest", "sign2": "It begins to carry", "sign3": "Calmer water",
		"agreement1": "Openness about the day", "point1": "Before dinner we briefly tell how the day was.",
		"point2": "Once a week we go through the calendar together.", "point3": "Whoever is late says so beforehand, even when it is only ten minutes and there is a good reason for it.",
		"agreement2": "A pause in a row", "point4": "After a pause we come back to the talk within an hour.",
		"note1": "You practised a lot this month, also in the third week, when things were busy at home. I see that listening comes easier when you first sum up before you reply. I heard that in the last session too.",
		"note2": "The lines do not run alike, and they need not. Repair has leaps and setbacks; a lesser day does not undo the work of the weeks before. Next time we will look at how to make the pause shorter.",
		"next1": "Twice a week a talk of twenty minutes, listening in turn.", "next2": "Go through the agreement about pauses together and change it where needed.",
		"next3": "Choose one activity that both of you look forward to.",
		"flag1": "Three check-ins stayed open in week three; ask whether the reminder comes at a good moment.",
	},
}
