package care

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/reports"
)

var pdfText = regexp.MustCompile(`BT ([\d.]+) (-?[\d.]+) Td \(((?:[^()\\]|\\.)*)\) Tj ET`)

// piece is a text as it stands on the page, by its baseline's place in points.
type piece struct {
	x, y float64
	text string
}

// lettersOf takes what is written out of the pages of a PDF of ours.
func lettersOf(t testing.TB, pdf []byte) []piece {
	t.Helper()
	var out []piece
	for {
		_, rest, more := bytes.Cut(pdf, []byte("stream\n"))
		stream, after, closed := bytes.Cut(rest, []byte("\nendstream\n"))
		if !more || !closed {
			return out
		}
		pdf = after
		z, err := zlib.NewReader(bytes.NewReader(stream))
		if err != nil {
			continue
		}
		raw, err := io.ReadAll(z)
		if err != nil || !bytes.Contains(raw, []byte(" Tj ET")) {
			continue
		}
		for _, m := range pdfText.FindAllSubmatch(raw, -1) {
			out = append(out, piece{x: number(t, m[1]), y: number(t, m[2]), text: unescape(m[3])})
		}
	}
}

// WrittenIn is all that is written in a PDF of ours, without white space.
func WrittenIn(t testing.TB, pdf []byte) string {
	t.Helper()
	var all strings.Builder
	for _, p := range lettersOf(t, pdf) {
		all.WriteString(squeezed(p.text))
	}
	return all.String()
}

func number(t testing.TB, raw []byte) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(string(raw), 64)
	require.NoError(t, err)
	return v
}

func unescape(raw []byte) string {
	var b []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) {
			i++
			if raw[i] == 'r' {
				b = append(b, '\r')
				continue
			}
		}
		b = append(b, raw[i])
	}
	if len(b)%2 == 0 && bytes.IndexByte(b, 0) >= 0 {
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		return string(utf16.Decode(units))
	}
	s, _ := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(s)
}

// Every exercise of the library, in both languages: its form on paper can be made, every word of it stands on a page, nothing
// is cut off and nothing runs off the paper.
func TestEveryExerciseIsAFormOnPaper(t *testing.T) {
	t.Parallel()
	lib, err := library.Load()
	require.NoError(t, err)
	forms := 0
	var mu sync.Mutex
	t.Run("all", func(t *testing.T) {
		for _, lang := range locale.Langs {
			t.Run(string(lang), func(t *testing.T) {
				t.Parallel()
				for _, e := range lib.List() {
					section := paperForm(e, lang)
					pdf, err := reports.BuildDocument(reports.Document{
						Locale: lang, BuiltAt: time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC), Compact: true,
						Cover: reports.Cover{Practice: "De Brug", Title: "Huiswerk", For: "Sam", Private: "Van jou."}, Sections: []reports.Section{section},
					})
					require.NoError(t, err, e.ID)
					pieces := lettersOf(t, pdf)
					var written strings.Builder
					for _, p := range pieces {
						if p.y < 28 || p.x < 60 || p.x > 535 {
							t.Errorf("%s: %q runs off the page at %v, %v", e.ID, p.text, p.x, p.y)
						}
						written.WriteString(squeezed(p.text))
					}
					all := written.String()
					for _, want := range printedOf(e, string(lang)) {
						if !strings.Contains(all, squeezed(want)) {
							t.Errorf("%s in %s lacks %q", e.ID, lang, want)
						}
					}
					mu.Lock()
					forms++
					mu.Unlock()
				}
			})
		}
	})
	require.Equal(t, 2*len(lib.List()), forms)
}

// printedOf is all that has to stand on the paper of an exercise.
func printedOf(e *library.Exercise, lang string) []string {
	out := []string{e.Title.In(lang), e.Summary.In(lang), e.StopWhen.In(lang), e.Need.In(lang)}
	for _, s := range e.Steps {
		out = append(out, s.In(lang))
	}
	for _, q := range e.Questions {
		out = append(out, q.Label.In(lang), q.Help.In(lang), q.MinLabel.In(lang), q.MaxLabel.In(lang))
		for _, o := range q.Options {
			out = append(out, o.Label.In(lang))
		}
		for _, c := range q.Columns {
			out = append(out, c.Label.In(lang))
			for _, o := range c.Options {
				out = append(out, o.Label.In(lang))
			}
		}
	}
	return out
}

// squeezed leaves white space out: a line may break anywhere.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }
