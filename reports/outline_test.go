package reports

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/chart"
	"tussentijds/internal/locale"
)

// shown gives every text of an outline.
func shown(sections []Section) []string {
	var out []string
	for _, s := range sections {
		out = append(out, s.Title)
		for _, b := range s.Blocks {
			out = append(out, b.Heading, b.Note)
			out = append(append(out, b.Paragraphs...), b.Header...)
			for _, f := range append(b.Figures, b.Facts...) {
				out = append(out, f.Label, f.Value)
			}
			for _, i := range b.Items {
				out = append(out, i.Text, i.Meta)
			}
			for _, r := range b.Rows {
				out = append(out, r...)
			}
			if b.Chart != nil {
				title, desc := b.Chart.Words()
				header, rows := b.Chart.Table()
				out = append(append(out, title, desc), header...)
				for _, r := range rows {
					out = append(out, r...)
				}
			}
		}
	}
	return out
}

func ids(sections []Section) (out []string) {
	for _, s := range sections {
		out = append(out, s.ID)
	}
	return out
}

func TestOutlineOrder(t *testing.T) {
	s := SampleSnapshot(locale.NL)
	require.Equal(t, []string{"period", "wins", "homework", "agreements", "communication", "connection", "trust", "instruments", "note", "next", "about"}, ids(s.Outline(locale.For(locale.NL))))
	s.Audience = ForTherapist
	require.Equal(t, []string{"period", "wins", "flags", "discuss"}, ids(s.Outline(locale.For(locale.NL)))[:4])
	require.Equal(t, []string{"period", "wins", "homework", "next", "about"}, ids(quiet(locale.NL, ForCouple).Outline(locale.For(locale.NL))))
}

// TestLabelsComeFromTheCatalogue strips the snapshot of words: what is left to read is ours, and none of it may be the same
// in both languages unless it is a figure.
func TestLabelsComeFromTheCatalogue(t *testing.T) {
	for _, audience := range []Audience{ForCouple, ForPartner, ForTherapist} {
		for _, s := range []Snapshot{everywhere("7"), quiet(locale.NL, audience)} {
			s.Audience = audience
			dutch, english := shown(s.Outline(locale.For(locale.NL))), shown(s.Outline(locale.For(locale.EN)))
			require.Equal(t, len(dutch), len(english))
			for i := range dutch {
				require.NotContains(t, dutch[i], "[report")
				require.NotContains(t, english[i], "[report")
				if len(strings.Fields(dutch[i])) > 3 {
					require.NotEqual(t, dutch[i], english[i])
				}
			}
		}
	}
}

func TestMissingPeriodIsTheMonth(t *testing.T) {
	s := quiet(locale.EN, ForCouple)
	require.Contains(t, s.Cover(locale.For(locale.EN)).Lines, "1 February 2026 to 28 February 2026")
}

func TestTrendWithoutPointsSaysSo(t *testing.T) {
	loc := locale.For(locale.NL)
	s := quiet(locale.NL, ForCouple)
	on := s.Month
	s.Trends = []Trend{{Title: "Leeg", Max: 10, Lines: []TrendLine{{Label: "Mo", Points: []TrendPoint{{On: on, Gap: true}}}}}}
	b := s.Outline(loc)[3].Blocks[0]
	require.Nil(t, b.Chart)
	require.Equal(t, []string{loc.T("report.trend.none")}, b.Paragraphs)
	s.Trends[0].Lines[0].Points[0] = TrendPoint{On: on, Value: 4}
	require.IsType(t, chart.Line{}, s.Outline(loc)[3].Blocks[0].Chart)
}

func TestAgreementFigures(t *testing.T) {
	s := SampleSnapshot(locale.NL)
	share, ok := s.Agreements[0].Share()
	require.True(t, ok)
	require.InDelta(t, 39.0/44, share, 1e-9)
	o := outliner{s: s, loc: locale.For(locale.NL)}
	header, rows := o.matrices(s.Agreements[0])[0].Table()
	require.Len(t, header, 7)
	require.Equal(t, []string{"1/1", "1/1", "0/1", "1/1", "–", "3/4"}, rows[1][1:])
	for i := range 3 {
		s.Agreements[0].Points[0].Weeks = append(s.Agreements[0].Points[0].Weeks, AgreementWeek{From: time.Date(2026, 11, 2+7*i, 0, 0, 0, 0, time.UTC), Asked: 1})
	}
	totals := o.matrices(s.Agreements[0])
	require.Nil(t, totals[0].Columns)
	header, rows = totals[0].Table()
	require.Len(t, header, 2)
	require.Equal(t, "28/34", rows[0][1])
	s.Agreements[0].Points = slices.Repeat(s.Agreements[0].Points[1:2], 60)
	require.Len(t, o.matrices(s.Agreements[0]), 5, "sixty points stand in drawings that each fit a page")
	_, ok = AgreementResult{}.Share()
	require.False(t, ok)
}

func TestLeftOutSections(t *testing.T) {
	loc := locale.For(locale.EN)
	s := SampleSnapshot(locale.EN)
	s.Audience, s.Goals = ForTherapist, []string{"canary-goal"}
	whole := s.Parts(loc)
	for _, part := range whole {
		left := s
		left.LeftOut = []string{part.ID, "unknown"}
		require.Equal(t, part.Fixed, slices.Contains(ids(left.Outline(loc)), part.ID), part.ID)
		require.Len(t, left.Parts(loc), len(whole), "what is left out can be put back")
		for _, p := range left.Parts(loc) {
			require.Equal(t, p.ID == part.ID && !part.Fixed, p.LeftOut, p.ID)
		}
	}
	require.Equal(t, []string{"period", "about"}, fixed(whole))
	s.LeftOut = []string{"homework", "next"}
	text := pdfText(t, build(t, s))
	require.NotContains(t, text, "canary-goal")
	require.NotContains(t, text, "27 of 35", "its figure on the first page goes too")
	require.NotContains(t, text, loc.T("report.figure.minutes"))
	s.LeftOut = nil
	require.Contains(t, pdfText(t, build(t, s)), "canary-goal")
}

func fixed(parts []Part) (out []string) {
	for _, p := range parts {
		if p.Fixed {
			out = append(out, p.ID)
		}
	}
	return out
}
