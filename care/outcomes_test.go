package care

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/library"
)

// instrument gives one of the library's, to be changed at will.
func instrument(t *testing.T, id string) *library.Exercise {
	t.Helper()
	l, err := library.Load()
	require.NoError(t, err)
	e, ok := l.Exercise(id)
	require.True(t, ok, id)
	out, scoring := *e, *e.Scoring
	out.Scoring = &scoring
	return &out
}

// yesTo answers the first n yes-or-no items for the better, the others not.
func yesTo(e *library.Exercise, n int) library.Answers {
	a := library.Answers{}
	for i, q := range e.Questions {
		if q.Type == library.FieldYesNo {
			a[q.ID] = map[bool]string{true: "yes", false: "no"}[(i < n) != q.Reverse]
		}
	}
	return a
}

// scales answers every scale with one number.
func scales(e *library.Exercise, v float64) library.Answers {
	a := library.Answers{}
	for _, q := range e.Questions {
		if q.Type == library.FieldScale {
			a[q.ID] = v
		}
	}
	return a
}

func questions(items []OutcomeItem) []string {
	out := []string{}
	for _, i := range items {
		out = append(out, i.Question)
	}
	return out
}

func TestTheOutcomeOfAChecklist(t *testing.T) {
	e := instrument(t, "relationship-checklist")
	o, ok := outcomeOf(e, yesTo(e, 13), readerTherapist)
	require.True(t, ok)
	require.Equal(t, 13.0, o.Score)
	require.Equal(t, 20.0, o.Max)
	require.True(t, o.HigherIsBetter)
	require.Equal(t, "attention", o.Band.ID)
	require.Equal(t, 2, o.Choose)
	require.Equal(t, []string{"D2", "D3", "D4", "E1", "E2", "E3", "E4"}, questions(o.ChooseFrom), "what is not there yet, also where a no is the good answer")
	var bars []string
	for _, s := range o.Sections {
		bars = append(bars, fmt.Sprintf("%s %v/%v", s.ID, s.Score, s.Max))
		require.False(t, s.Title.Empty())
	}
	require.Equal(t, []string{"A 4/4", "B 4/4", "C 4/4", "D 1/4", "E 0/4"}, bars)
	require.NotNil(t, o.Raw, "the total as the source prints it is for the therapist")
	require.False(t, o.Caveat.Empty())

	for _, who := range []reader{readerWriter, readerOther} {
		own, _ := outcomeOf(e, yesTo(e, 3), who)
		require.Equal(t, "soon", own.Band.ID)
		require.Nil(t, own.Raw)
		require.Zero(t, own.Days)
	}
	soon, _ := outcomeOf(e, yesTo(e, 3), readerTherapist)
	require.Equal(t, 7, soon.Days)
}

func TestTheOutcomeNamesHighAndLowItems(t *testing.T) {
	six := instrument(t, "six-principles")
	a := scales(six, 8)
	a["humility"], a["honesty"], a["courage"] = 3.0, 1.0, 4.0
	o, _ := outcomeOf(six, a, readerTherapist)
	require.Equal(t, []string{"honesty", "humility", "courage"}, questions(o.Low), "the lowest first")
	require.Equal(t, "own-share", o.Low[0].Suggests.ID)
	own, _ := outcomeOf(six, a, readerWriter)
	require.Equal(t, questions(o.Low), questions(own.Low))
	require.Nil(t, own.Low[0].Suggests, "what to give is the therapist's")
	require.Nil(t, own.Band)
	require.False(t, own.Title.Empty(), "without a band the score has a name")

	impact := instrument(t, "impact-inventory")
	b := scales(impact, 2)
	b["alone"], b["doubt"] = 9.0, 8.0
	heavy, _ := outcomeOf(impact, b, readerWriter)
	require.False(t, heavy.HigherIsBetter)
	require.Equal(t, []string{"alone", "doubt"}, questions(heavy.Top)[:2])
	require.Len(t, heavy.Top, 3)
}

// Declining is no answer: a few are made up for by the others, too many leave no outcome, and whoever declines everything
// gets nothing said about it.
func TestDeclinedItems(t *testing.T) {
	e := instrument(t, "relationship-checklist")
	a := yesTo(e, 20)
	a["A1"], a["A2"] = library.Decline(), library.Decline()
	o, ok := outcomeOf(e, a, readerWriter)
	require.True(t, ok)
	require.Equal(t, 2, o.Missing)
	require.Equal(t, 20.0, o.Score, "on the whole scale")
	require.Equal(t, 2.0, o.Sections[0].Max, "a bar is of what was answered")

	delete(a, "A3")
	o, ok = outcomeOf(e, a, readerWriter)
	require.True(t, ok)
	require.True(t, o.TooFew)
	require.Zero(t, o.Score)
	require.Nil(t, o.Band)
	require.Empty(t, o.Sections)

	for _, q := range e.Questions {
		a[q.ID] = library.Decline()
	}
	_, ok = outcomeOf(e, a, readerWriter)
	require.False(t, ok)
	_, ok = outcomeOf(e, library.Answers{}, readerWriter)
	require.False(t, ok)
}

// A list adds nothing up: not for anyone is there a number, a bar or a change.
func TestAListHasNoNumbers(t *testing.T) {
	e := instrument(t, "repairability")
	a := library.Answers{"R1": "yes", "R2": "no", "N1": "yes", "N6": "yes", "N8": library.Decline()}
	for _, who := range []reader{readerWriter, readerTherapist} {
		o, ok := outcomeOf(e, a, who)
		require.True(t, ok)
		require.Zero(t, o.Score)
		require.Zero(t, o.Max)
		require.Nil(t, o.Band)
		require.True(t, o.Unreported)
		require.Len(t, o.Sections, 2)
		for _, s := range o.Sections {
			require.Zero(t, s.Score)
			require.Zero(t, s.Max)
		}
		require.Equal(t, []string{"R1"}, questions(o.Sections[0].Yes))
		require.Equal(t, []string{"N1", "N6"}, questions(o.Sections[1].Yes))
		require.Nil(t, o.since(e, earlierAnswers{e, library.Answers{"R1": "no"}, time.Now()}, who))
	}
}

func TestMostlyTellsAPartnerNoCounts(t *testing.T) {
	e := instrument(t, "attachment-quiz")
	a := library.Answers{}
	for _, q := range e.Questions {
		if q.Type == library.FieldChoice {
			a[q.ID] = q.Options[0].ID
		}
	}
	own, _ := outcomeOf(e, a, readerWriter)
	require.NotNil(t, own.Band)
	require.Empty(t, own.Sections)
	o, _ := outcomeOf(e, a, readerTherapist)
	require.Len(t, o.Sections, 3, "the options, without the band for a tie")
}

// A change is called better or worse only when the instrument says which change is no chance; the direction is the
// instrument's own.
func TestChangeInWords(t *testing.T) {
	at := time.Date(2026, 9, 7, 18, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		exercise      string
		reliable      float64
		before, after float64
		words         string
	}{
		{"six-principles", 0, 4, 6, ChangedHigher},
		{"six-principles", 0, 6, 4, ChangedLower},
		{"six-principles", 0, 5, 5, ChangedEqual},
		{"six-principles", 2, 4, 6, ChangedBetter},
		{"six-principles", 2, 6, 4, ChangedWorse},
		{"six-principles", 2, 5, 6, ChangedUnsure},
		{"six-principles", 2, 5, 5, ChangedUnsure},
		{"impact-inventory", 2, 4, 6, ChangedWorse},
		{"impact-inventory", 2, 6, 4, ChangedBetter},
		{"impact-inventory", 2, 6, 5, ChangedUnsure},
		{"impact-inventory", 0, 6, 4, ChangedLower},
	} {
		e := instrument(t, c.exercise)
		e.Scoring.ReliableChange = c.reliable
		for who, since := range map[reader]time.Time{readerWriter: at, readerTherapist: at, readerOther: {}} {
			o, _ := outcomeOf(e, scales(e, c.after), who)
			require.Equal(t, &OutcomeChange{Words: c.words, Before: c.before, Since: since}, o.since(e, earlierAnswers{e, scales(e, c.before), at}, who), "%+v", c)
		}
	}

	e, other := instrument(t, "six-principles"), instrument(t, "six-principles")
	other.Scoring.Max = 6
	o, _ := outcomeOf(e, scales(e, 5), readerWriter)
	require.Nil(t, o.since(e, earlierAnswers{other, scales(e, 4), at}, readerWriter), "another scale compares with nothing")
	require.Nil(t, o.since(e, earlierAnswers{e, library.Answers{}, at}, readerWriter))
	e.Unreported = true
	o, _ = outcomeOf(e, scales(e, 5), readerWriter)
	require.Nil(t, o.since(e, earlierAnswers{e, scales(e, 4), at}, readerWriter), "what is too private is not followed on a partner's page")
	require.NotNil(t, o.since(e, earlierAnswers{e, scales(e, 4), at}, readerTherapist))
}

func TestACutoffIsTheTherapists(t *testing.T) {
	e := instrument(t, "impact-inventory")
	e.Scoring.Cutoff = &library.Cutoff{Value: 5, Label: library.Text{NL: "boven de grens", EN: "above the line"}}
	for v, reached := range map[float64]bool{4: false, 5: true, 9: true} {
		o, _ := outcomeOf(e, scales(e, v), readerTherapist)
		require.Equal(t, reached, o.Cutoff.Reached, v)
		for _, who := range []reader{readerWriter, readerOther} {
			o, _ = outcomeOf(e, scales(e, v), who)
			require.Nil(t, o.Cutoff)
		}
	}
}

// One answer that counts and is closed to a reader closes the whole outcome to that reader.
func TestAnOutcomeNeedsEveryAnswerThatCounts(t *testing.T) {
	e := instrument(t, "six-principles")
	audiences := map[string]string{}
	for _, q := range e.Questions {
		audiences[q.ID] = string(library.AudienceBoth)
	}
	readers := []reader{readerWriter, readerOther, readerTherapist}
	for _, who := range readers {
		require.True(t, mayReadOutcome(who, e, audiences, opened{}))
	}
	for _, c := range []struct {
		audience library.Audience
		state    opened
		want     []reader
	}{
		{library.AudienceMe, opened{revealed: true, sessionRevealed: true}, []reader{readerWriter}},
		{library.AudienceTherapist, opened{revealed: true, sessionRevealed: true}, []reader{readerWriter, readerTherapist}},
		{library.AudienceReveal, opened{}, []reader{readerWriter}},
		{library.AudienceReveal, opened{revealed: true}, readers},
		{library.AudienceInSession, opened{}, []reader{readerWriter, readerTherapist}},
		{library.AudienceInSession, opened{sessionRevealed: true}, readers},
		{"", opened{revealed: true, sessionRevealed: true}, []reader{readerWriter}},
	} {
		audiences["courage"] = string(c.audience)
		var got []reader
		for _, who := range readers {
			if mayReadOutcome(who, e, audiences, c.state) {
				got = append(got, who)
			}
		}
		require.Equal(t, c.want, got, "%+v", c)
	}
	audiences["courage"], audiences["helps"] = string(library.AudienceBoth), string(library.AudienceMe)
	require.False(t, mayReadOutcome(readerOther, e, audiences, opened{}), "unless it says so, a question counts")
	e.Questions = slices.Clone(e.Questions)
	e.Questions[len(e.Questions)-1].Unscored = true
	require.True(t, mayReadOutcome(readerOther, e, audiences, opened{}))
	e.Scoring = nil
	require.False(t, mayReadOutcome(readerWriter, e, audiences, opened{}))
}
