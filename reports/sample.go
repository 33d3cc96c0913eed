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
		Programme: Programme{Name: words["programme"], Phase: words["phase"], MonthsIn: 4, MonthsFrom: 6, MonthsTo: 12, PhaseAt: 2, Phases: 3, Breach: true},
		Homework:  Homework{Minutes: 245},
		Sessions:  Sessions{Held: 2, Cancelled: 1, Next: []time.Time{day(time.October, 7, 19), day(time.October, 21, 19)}},
		Wins: []Win{
			{On: day(time.September, 5, 21), Text: words["win1"], By: "Robin"},
			{On: day(time.September, 14, 21), Text: words["win2"], By: "Sam"},
			{On: day(time.September, 26, 21), Text: words["win3"], By: "Sam"},
		},
		TherapistNote: words["note1"] + "\n\n" + words["note2"],
		NextSteps:     []string{words["next1"], words["next2"], words["next3"]},
		Goals:         []string{words["goal1"], words["goal2"]},
		Reviews:       []Review{{On: day(time.October, 12, 0), Text: words["agreement1"]}, {On: day(time.November, 1, 0), Text: words["review1"]}},
		Flags:         []string{words["flag1"]},
		Discuss:       []Topic{{words["topic1"], words["why1"]}, {words["topic2"], words["why2"]}},
		Gaps:          []Gap{{Who: "Sam", Facts: []string{words["gap1"]}}, {Who: "Robin", Facts: []string{words["gap2"]}}, {Facts: []string{words["gap3"]}}},
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
	s.Trends[0].Sign, s.Trends[1].Sign, s.Trends[2].Sign = words["sign.talk"], words["sign.near"], words["sign.trust"]
	month := func(title, who, area string, share bool, values ...float64) {
		m := MonthFigure{Title: title, Who: who, Area: area, Share: share}
		for i, v := range values {
			m.Months = append(m.Months, TrendPoint{On: day(time.July, 1, 0).AddDate(0, i, 0), Value: v, Gap: v < 0})
		}
		s.Months = append(s.Months, m)
	}
	month(words["held"], "", AreaCommunication, true, -1, 0.5, 0.75)
	month(words["date"], "Sam", AreaConnection, false, 6, -1, 8)
	month(words["date"], "Robin", AreaConnection, false, 5, -1, 7.5)
	s.Instruments = []InstrumentResult{
		{Title: words["checklist"], On: day(time.September, 27, 0), Score: 14, Min: 0, Max: 20, Band: words["band2"], Previous: &previous, Bands: []InstrumentBand{
			{From: 0, To: 9, Label: words["band1"]}, {From: 10, To: 15, Label: words["band2"]}, {From: 16, To: 20, Label: words["band3"]},
		}, History: []TrendPoint{{On: day(time.June, 28, 0), Value: 9}, {On: day(time.July, 26, 0), Value: 10}, {On: day(time.August, 30, 0), Value: 11}, {On: day(time.September, 27, 0), Value: 14}}},
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
		"goal1": "Minder lang in de pauze blijven: binnen een uur weer bij elkaar.", "goal2": "Eén avond per week zonder schermen.",
		"review1": "Samen terugkijken op de eerste drie maanden",
		"topic1":  "Vraag wat er in de derde week nodig was.", "why1": "In de week van 14 september is de helft van het huiswerk gedaan (4 van 8), in de andere weken bijna alles.",
		"topic2": "Sta stil bij wat het luisteren makkelijker maakte.", "why2": "Ik voelde me gehoord: van gemiddeld 4,7 naar 6,6 bij Sam (10 antwoorden).",
		"gap1": "Dagelijkse check-in: 3 van 30 niet gedaan.", "gap2": "Dagelijkse check-in: 1 van 30 niet gedaan.", "gap3": "Eén sessie ging niet door.",
		"sign.talk": "Praten en luisteren", "sign.near": "Verbondenheid", "sign.trust": "Woord en daad", "held": "Weekgesprekken die doorgingen", "date": "Genoten van de afspraakavond",
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
		"goal1": "Make the pause shorter: back together within an hour.", "goal2": "One evening a week without screens.",
		"review1": "Look back together on the first three months",
		"topic1":  "Ask what was needed in the third week.", "why1": "In the week of 14 September half of the homework was done (4 of 8), in the other weeks nearly all.",
		"topic2": "Dwell on what made listening easier.", "why2": "I felt heard: from a mean of 4.7 to 6.6 for Sam (10 answers).",
		"gap1": "Daily check-in: 3 of 30 not done.", "gap2": "Daily check-in: 1 of 30 not done.", "gap3": "One session did not take place.",
		"sign.talk": "Talking and listening", "sign.near": "Connection", "sign.trust": "Word and deed", "held": "Weekly talks that took place", "date": "Enjoyment of date night",
		"flag1": "Three check-ins stayed open in week three; ask whether the reminder comes at a good moment.",
	},
}
