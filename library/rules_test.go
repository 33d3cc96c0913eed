package library

import (
	"encoding/json"
	"strings"
	"testing"
)

// changed gives a copy of an exercise of the library after a change.
func changed(t *testing.T, id string, change func(e *Exercise)) *Exercise {
	t.Helper()
	raw, err := json.Marshal(exercise(t, id))
	if err != nil {
		t.Fatal(err)
	}
	e := &Exercise{}
	if err := json.Unmarshal(raw, e); err != nil {
		t.Fatal(err)
	}
	change(e)
	return e
}

func TestRules(t *testing.T) {
	const list, quiz, contract, daily = "relationship-checklist", "attachment-quiz", "trust-contract", "daily-checkin"
	for name, c := range map[string]struct {
		id     string
		change func(e *Exercise)
		want   string // empty: nothing is wrong.
	}{
		"as it is":               {list, func(*Exercise) {}, ""},
		"a hole in the bands":    {list, func(e *Exercise) { e.Scoring.Bands[1].To = 13 }, "band 'steady' should begin at 14"},
		"bands overlap":          {list, func(e *Exercise) { e.Scoring.Bands[1].To = 15 }, "band 'steady' should begin at 16"},
		"bands end early":        {list, func(e *Exercise) { e.Scoring.Bands[0].To = 19 }, "should end at 20"},
		"bands begin late":       {list, func(e *Exercise) { e.Scoring.Bands[3].From = 1 }, "should begin at 0"},
		"a maximum out of reach": {list, func(e *Exercise) { e.Scoring.Max = 21 }, "is 21, but the items reach 20"},
		"everything missing":     {list, func(e *Exercise) { e.Scoring.MaxMissing = 20 }, "at least one item is answered"},
		"an untitled section":    {list, func(e *Exercise) { e.Questions[0].Section = "F" }, "section 'F' has no title"},
		"nothing to score":       {list, func(e *Exercise) { e.Scoring.Method = ScoreMean }, "no question can be scored"},
		"a question twice":       {list, func(e *Exercise) { e.Questions[1].ID = "A1" }, "'A1' stands twice"},
		"no band for a tie":      {quiz, func(e *Exercise) { e.Scoring.Bands[3].ID = "other" }, "there is no band 'mixed'"},
		"an option without band": {quiz, func(e *Exercise) { e.Scoring.Bands[0].Choice = "" }, "no band for the option 'a'"},
		"too many choices":       {quiz, func(e *Exercise) { e.Scoring.Max = 2 }, "is 2, but there are 3 items"},
		"an option twice":        {quiz, func(e *Exercise) { e.Questions[0].Options[1].ID = "a" }, "'a' stands twice"},
		"columns on a text":      {contract, func(e *Exercise) { e.Questions[0].Type = FieldShort }, "rows have columns"},
		"a column twice":         {contract, func(e *Exercise) { e.Questions[0].Columns[1].ID = "area" }, "'area' stands twice"},
		"a column not there":     {contract, func(e *Exercise) { e.Measures[0].Question = "terms.ghost" }, "there is no column 'terms.ghost'"},
		"an agreement apart":     {contract, func(e *Exercise) { e.Joint = false }, "one form for two"},
		"a choice without value": {daily, func(e *Exercise) { e.Questions[0].Options[0].Value = nil }, "every option of a measured choice has a value"},
		"a scale of a text":      {daily, func(e *Exercise) { e.Measures[0].Question = "grateful" }, "scale cannot be taken from short"},
		"a score of nothing":     {daily, func(e *Exercise) { e.Measures[0] = Measure{ID: "x", Kind: MeasureScore} }, "a score belongs to an instrument"},
		"a measure twice":        {daily, func(e *Exercise) { e.Measures[1].ID = "connected" }, "'connected' stands twice"},
		"a target on a text":     {daily, func(e *Exercise) { e.Questions[3].Target = 3 }, "a target goes with"},
		"rows that are none":     {daily, func(e *Exercise) { e.Questions[3].MaxRows = 3 }, "only rows have max_rows"},
		"a length on a scale":    {daily, func(e *Exercise) { e.Questions[5].MaxLength = 3 }, "only texts have max_length"},
		"the wrong role":         {"trigger-log", func(e *Exercise) { e.Questions[1].Role = RoleRepairing }, "not meant for the role"},
		"a weekly rule monthly":  {"weekly-checkin", func(e *Exercise) { e.Schedule.RRule = "FREQ=MONTHLY" }, "does not fit the kind weekly"},
		"no hold, no reason":     {daily, func(e *Exercise) { e.Risks = nil }, "if and only if requires_no_hold"},
		"a reason, no hold":      {"why-stay", func(e *Exercise) { e.Risks = []Risk{RiskJoint} }, "if and only if requires_no_hold"},
		"a part of nothing":      {daily, func(e *Exercise) { e.Part = Text{NL: "x", EN: "x"} }, "a part says what it belongs to"},
		"a nameless part":        {daily, func(e *Exercise) { e.BelongsTo = "date-night" }, "a part says what it belongs to"},
		"signers of no contract": {daily, func(e *Exercise) { e.Signers = RoleHurt }, "only an agreement has signers"},
		"a card that measures":   {daily, func(e *Exercise) { e.Card = true }, "a card is of kind exercise"},
		"on to itself":           {daily, func(e *Exercise) { e.FollowUp = []string{daily} }, "does not lead to itself"},
		"a list with a maximum":  {"stop-review", func(e *Exercise) { e.Scoring.Max = 3 }, "a list has no maximum"},
		"a list with bands":      {"stop-review", func(e *Exercise) { e.Scoring.Bands = []Band{{ID: "x"}} }, "a list has no maximum"},
		"a list turned round":    {"stop-review", func(e *Exercise) { e.Questions[0].Reverse = true }, "nothing in it is reversed"},
		"a list with a total":    {"stop-review", func(e *Exercise) { e.Measures = []Measure{{ID: "x", Kind: MeasureScore}} }, "that adds up"},
		"the top of a quiz":      {quiz, func(e *Exercise) { e.Scoring.Top = 3 }, "goes with the methods sum and mean"},
		"a cut through a quiz":   {quiz, func(e *Exercise) { e.Scoring.Cutoff = &Cutoff{Value: 1} }, "goes with the methods sum and mean"},
		"a band twice":           {list, func(e *Exercise) { e.Scoring.Bands[1].ID = "steady" }, "'steady' stands twice"},
		"a day for nobody":       {list, func(e *Exercise) { e.Scoring.Bands[0].WithinDays = 7 }, "goes with notify_therapist"},
		"suggests without low": {list, func(e *Exercise) {
			e.Questions[0].Suggests, e.Scoring.Low = "own-share", nil
		}, "goes with a scored question"},
		"suggests of no score": {daily, func(e *Exercise) { e.Questions[0].Suggests = "own-share" }, "goes with a scored question"},
		"a rule with a start": {"weekly-checkin", func(e *Exercise) {
			e.Schedule.RRule = "DTSTART:20260101T200000Z\nRRULE:FREQ=WEEKLY"
		}, "the start comes from the assignment"},
	} {
		t.Run(name, func(t *testing.T) {
			var texts []string
			for _, p := range changed(t, c.id, c.change).problems() {
				texts = append(texts, p.words())
			}
			all := strings.Join(texts, "\n")
			if (c.want == "") != (all == "") || !strings.Contains(all, c.want) {
				t.Errorf("says %q, want %q", all, c.want)
			}
		})
	}
}
