package reports

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"tussentijds/internal/locale"
)

func look(t *testing.T, s Snapshot) (pdf []byte, leaves []Leaf) {
	t.Helper()
	pdf, leaves, err := Leaves(s, Look{Page: func(n int) string { return "?page=" + strconv.Itoa(n) }, Logo: "/logo"})
	require.NoError(t, err)
	return pdf, leaves
}

// drawnText is a text of a page with the place of its first letter, in millimetres from the top left.
type drawnText struct {
	x, y, wide float64
	text       string
}

// leafTexts reads the texts of a page's SVG, in its order.
func leafTexts(t *testing.T, svg string) []drawnText {
	t.Helper()
	var out []drawnText
	d := xml.NewDecoder(strings.NewReader(svg))
	in := false
	for {
		token, err := d.Token()
		if token == nil {
			require.ErrorContains(t, err, "EOF")
			return out
		}
		switch e := token.(type) {
		case xml.StartElement:
			if in = e.Name.Local == "text"; in {
				now := drawnText{}
				for _, a := range e.Attr {
					v, err := strconv.ParseFloat(a.Value, 64)
					require.NoError(t, err)
					switch a.Name.Local {
					case "x":
						now.x = v / perMillimetre
					case "y":
						now.y = v / perMillimetre
					case "textLength":
						now.wide = v / perMillimetre
					}
				}
				out = append(out, now)
			}
		case xml.EndElement:
			in = false
		case xml.CharData:
			if in {
				out[len(out)-1].text += string(e)
			}
		}
	}
}

// paperWord is a word of a PDF's page and its box, in millimetres.
type paperWord struct{ left, top, right, bottom float64 }

// paperWords reads the words of a PDF's pages with their boxes.
func paperWords(t *testing.T, pdf []byte) (pages []map[string][]paperWord) {
	t.Helper()
	var doc struct {
		Pages []struct {
			Words []struct {
				XMin float64 `xml:"xMin,attr"`
				YMin float64 `xml:"yMin,attr"`
				XMax float64 `xml:"xMax,attr"`
				YMax float64 `xml:"yMax,attr"`
				Text string  `xml:",chardata"`
			} `xml:"word"`
		} `xml:"body>doc>page"`
	}
	d := xml.NewDecoder(bytes.NewReader(run(t, pdf, "pdftotext", "-enc", "UTF-8", "-bbox", "-", "-")))
	d.Entity, d.Strict = xml.HTMLEntity, false
	require.NoError(t, d.Decode(&doc))
	const mm = 25.4 / 72
	for _, p := range doc.Pages {
		words := map[string][]paperWord{}
		for _, w := range p.Words {
			text := norm.NFKC.String(w.Text)
			words[text] = append(words[text], paperWord{w.XMin * mm, w.YMin * mm, w.XMax * mm, w.YMax * mm})
		}
		pages = append(pages, words)
	}
	return pages
}

// TestLeavesAreThePaper compares the pages to look at with the paper as poppler reads it: the same words on each page, each
// line where it is printed and as wide.
func TestLeavesAreThePaper(t *testing.T) {
	for name, s := range goldens() {
		t.Run(name, func(t *testing.T) {
			pdf, leaves := look(t, s)
			require.True(t, bytes.Equal(build(t, s), pdf), "looking at a report draws another")
			paper := paperWords(t, pdf)
			require.Len(t, leaves, len(paper))
			for i, l := range leaves {
				if dir := os.Getenv("TT_LEAVES"); dir != "" {
					require.NoError(t, os.WriteFile(dir+"/"+name+"-"+strconv.Itoa(i+1)+".svg", []byte(l.SVG), 0o600))
					require.NoError(t, os.WriteFile(dir+"/"+name+".pdf", pdf, 0o600))
				}
				require.Less(t, len(l.SVG), 40<<10, "page %d", i+1)
				require.NotContains(t, l.SVG, "style=")
				left := map[string]int{}
				for word, places := range paper[i] {
					if !isArabic(word) { // Poppler has an order of its own for these.
						left[word] = len(places)
					}
				}
				for _, drawn := range leafTexts(t, l.SVG) {
					words := strings.Fields(norm.NFKC.String(drawn.text))
					require.True(t, isArabic(words[0]) || printed(paper[i], words[0], drawn), "page %d: %q stands elsewhere on paper", i+1, drawn.text)
					for _, w := range words {
						if !isArabic(w) {
							left[w]--
						}
					}
				}
				for word, n := range left {
					require.Zero(t, n, "page %d: %q is there %d times more on paper", i+1, word, n)
				}
			}
		})
	}
}

func isArabic(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
}

// printed tells whether a word begins where a text of a page begins, within a millimetre.
func printed(paper map[string][]paperWord, word string, at drawnText) bool {
	for _, w := range paper[word] {
		if math.Abs(w.left-at.x) < 1 && w.top < at.y && at.y < w.bottom+0.5 {
			return true
		}
	}
	return false
}

func TestLeavesLeadOn(t *testing.T) {
	s := SampleSnapshot(locale.NL)
	s.PortalURL = "https://debrug.example/portal/reports"
	s.Wins[0].Text = `<script>alert("x")</script> & zo`
	_, leaves := look(t, s)
	first := leaves[0].SVG
	require.Contains(t, first, `aria-label="pagina 1 van 5"`)
	require.Contains(t, first, `<a href="?page=2" aria-label="`)
	require.Contains(t, first, `lang="nl"`)
	all := ""
	var titles []string
	for _, l := range leaves {
		all, titles = all+l.SVG, append(titles, l.Titles...)
	}
	var want []string
	for _, section := range s.Outline(locale.For(locale.NL)) {
		want = append(want, section.Title)
	}
	require.Equal(t, want, titles)
	require.Equal(t, len(want), strings.Count(all, headingRole), "each section's title is a heading")
	require.Contains(t, all, "&lt;script&gt;")
	require.NotContains(t, all, "<script")
	require.Contains(t, all, `role="img" aria-label="`)
	require.Contains(t, all, `href="https://debrug.example/portal/reports"`)

	_, leaves = look(t, goldens()["partner-en"])
	require.Contains(t, leaves[0].SVG, `<image href="/logo"`)
	_, leaves = look(t, quiet(locale.EN, ForCouple))
	require.Len(t, leaves, 1)
}

// TestAScoreStaysWithItsCourse moves the page's end through a questionnaire: its bar and its line are read together.
func TestAScoreStaysWithItsCourse(t *testing.T) {
	s := SampleSnapshot(locale.NL)
	s.Instruments = s.Instruments[:1]
	r := &s.Instruments[0]
	for i := range 4 {
		r.History = append(r.History, TrendPoint{On: s.Month.AddDate(0, i-4, 0), Value: float64(9 + i)})
	}
	s.LeftOut = []string{AreaCommunication, AreaConnection, AreaTrust, "homework", "agreements"}
	course := `aria-label="` + locale.For(locale.NL).T("report.instrument.course.title", "Title", r.Title)
	pages := map[int]bool{}
	for n := range 24 {
		for range 2 {
			s.Wins = append(s.Wins, Win{Text: "Samen " + strconv.Itoa(n)})
		}
		_, leaves := look(t, s)
		bar, line := -1, -1
		for i, l := range leaves {
			if strings.Contains(l.SVG, `aria-label="`+r.Title) {
				bar = i
			}
			if strings.Contains(l.SVG, course) {
				line = i
			}
		}
		require.GreaterOrEqual(t, bar, 0)
		require.Equal(t, bar, line, "with %d wins", len(s.Wins))
		pages[bar] = true
	}
	require.Greater(t, len(pages), 1, "the page's end went through it")
}

// What somebody typed is text on a page, and words in an attribute, and never markup: every element and attribute is one of ours.
func TestLeavesHoldNoMarkupThatSomebodyTyped(t *testing.T) {
	const typed = `"' onload='x"><script>x</script><a href="javascript:x">&amp;`
	s := SampleSnapshot(locale.NL)
	s.PracticeName, s.CoupleName, s.Wins[0].Text, s.TherapistNote, s.Goals = typed, typed, typed, typed, []string{typed}
	for i := range s.Trends {
		s.Trends[i].Title = typed
		for k := range s.Trends[i].Lines {
			s.Trends[i].Lines[k].Label = typed
		}
	}
	for i := range s.Agreements {
		s.Agreements[i].Title = typed
	}
	for i := range s.Instruments {
		s.Instruments[i].Title = typed
	}
	_, leaves := look(t, s)
	ours := strings.Fields("svg g path rect circle text a image")
	looks := strings.Fields("class xmlns viewBox role lang aria-label aria-level aria-hidden d fill stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin x y width height rx cx cy r font-size font-weight textLength href pointer-events")
	texts, words := 0, 0
	for _, leaf := range leaves {
		d := xml.NewDecoder(strings.NewReader(leaf.SVG))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			switch at := token.(type) {
			case xml.StartElement:
				require.Contains(t, ours, at.Name.Local)
				for _, a := range at.Attr {
					require.Contains(t, looks, a.Name.Local)
					if a.Name.Local == "href" {
						require.Regexp(t, `^(\?page=\d+|https://|/logo)`, a.Value)
					}
					if strings.Contains(a.Value, "<script>") {
						words++
					}
				}
			case xml.CharData:
				texts += strings.Count(string(at), "onload")
			}
		}
	}
	require.Positive(t, texts)
	require.Positive(t, words)
}
