package reports

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

// pdfText reads a report back with poppler, one string for the whole document, spaces squeezed.
func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	require.NoError(t, err, "pdftotext is missing: install poppler-utils (make test does)")
	cmd := exec.Command(tool, "-enc", "UTF-8", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.Join(strings.Fields(norm.NFKC.String(string(out))), " ")
}

func build(t *testing.T, s Snapshot) []byte {
	t.Helper()
	pdf, err := Build(s)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
	require.True(t, bytes.HasSuffix(bytes.TrimSpace(pdf), []byte("%%EOF")))
	return pdf
}

var pageObject = regexp.MustCompile(`/Type /Page\n`)

func pages(pdf []byte) int { return len(pageObject.FindAll(pdf, -1)) }

func quiet(lang locale.Lang, audience Audience) Snapshot {
	day := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	return Snapshot{Version: Version, Audience: audience, Locale: lang, Month: day, BuiltAt: day.AddDate(0, 1, 0), PracticeName: "Oever", CoupleName: "Mo & Jules"}
}

func TestBuildIsStable(t *testing.T) {
	for _, name := range []string{"Sam & Robin", "Şükrü & Łucja"} {
		s := SampleSnapshot(locale.NL)
		s.CoupleName = name
		first := build(t, s)
		require.Contains(t, string(first), "/CreationDate (D:20261001040000)", "the moment comes from the snapshot, in UTC")
		for range 5 {
			require.True(t, bytes.Equal(first, build(t, s)), "the same snapshot gave other bytes")
		}
		raw, err := json.Marshal(s)
		require.NoError(t, err)
		var stored Snapshot
		require.NoError(t, json.Unmarshal(raw, &stored))
		require.True(t, bytes.Equal(first, build(t, stored)), "a stored snapshot gave other bytes")
		s.Wins[0].Text += "!"
		require.False(t, bytes.Equal(first, build(t, s)))
	}
}

func TestBuildLeavesTheSnapshotAlone(t *testing.T) {
	s := SampleSnapshot(locale.NL)
	s.Wins[0].Text, s.Trends[0].Lines[0].Label = "wel  😀", "Sam\u0000"
	before, err := json.Marshal(s)
	require.NoError(t, err)
	build(t, s)
	after, err := json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

func TestTextsCanBeReadBack(t *testing.T) {
	s := SampleSnapshot(locale.NL)
	s.NextSteps = []string{"Eén idee van € 5", "“coördineren”"}
	text := pdfText(t, build(t, s))
	for _, want := range []string{
		"Eén idee van € 5", "“coördineren”", "crème brûlée", "Sam & Robin", "Voortgangsverslag", "september 2026",
		"woensdag 7 oktober om 19:00", "27 van 35", "89%", "pagina 1 van 5", "pagina 5 van 5",
	} {
		require.Contains(t, text, want)
	}
	s.NextSteps = append(s.NextSteps, "Klaar ✓ of niet ☐")
	s.CoupleName = "Şükrü Yılmaz & Łucja Dąbrowska"
	text = pdfText(t, build(t, s))
	for _, want := range []string{"Eén idee van € 5", "✓", "Şükrü Yılmaz & Łucja Dąbrowska", "crème brûlée"} {
		require.Contains(t, text, want)
	}
}

// Who has a name from elsewhere gets the same report, and no large one.
func TestNamesOfManyScriptsStandOnOnePaper(t *testing.T) {
	s := SampleSnapshot(locale.NL)
	s.CoupleName, s.ReaderName = "Şükrü Yılmaz & Łucja Dąbrowska", "Łucja Dąbrowska"
	s.TherapistNote = "Nguyễn Thị, Ελένη, Наталья, Հայկ en 王小明: één keer ✓ is genoeg → “morgen”."
	pdf := build(t, s)
	require.Less(t, len(pdf), 150<<10)
	text := pdfText(t, pdf)
	for _, want := range []string{s.CoupleName, s.TherapistNote} {
		require.Contains(t, text, want)
	}
	usual := build(t, SampleSnapshot(locale.NL))
	require.Equal(t, pages(usual), pages(pdf))
	require.Less(t, len(usual), 46<<10, "fonts that are not needed are not in the file")
}

func TestPagesAreCounted(t *testing.T) {
	require.Equal(t, 1, pages(build(t, quiet(locale.NL, ForCouple))))
	s := SampleSnapshot(locale.EN)
	require.Equal(t, 5, pages(build(t, s)))
	s.TherapistNote = strings.Repeat(s.TherapistNote+"\n\n", 14)
	long := build(t, s)
	require.Greater(t, pages(long), 5)
	require.Contains(t, pdfText(t, long), "page 7 of 7")
}

func TestEveryAudienceAndLanguage(t *testing.T) {
	for _, lang := range locale.Langs {
		for _, audience := range []Audience{ForCouple, ForPartner, ForTherapist} {
			s := SampleSnapshot(lang)
			s.Audience, s.ReaderName, s.Flags = audience, "Robin", []string{"canary-flag"}
			text := pdfText(t, build(t, s))
			require.NotContains(t, text, "[report")
			require.Equal(t, audience == ForTherapist, strings.Contains(text, "canary-flag"))
			require.NotContains(t, pdfText(t, build(t, quiet(lang, audience))), "[report")
		}
	}
}

// TestHostileTexts puts what people and attackers type into every text; it must come out as text.
func TestHostileTexts(t *testing.T) {
	for name, c := range map[string]struct{ typed, want string }{
		"emoji":           {"Fijn 😀👩‍❤️‍👨 zo", "Fijn ❤ zo"},
		"only emoji":      {"😀🎉", "•"},
		"heart":           {"wij ❤️ tuin", "wij ❤ tuin"},
		"html":            {`<script>alert("x")</script> & <b>vet</b>`, `<script>alert("x")</script> & <b>vet</b>`},
		"svg":             {`<svg onload=x></svg>`, `<svg onload=x></svg>`},
		"template":        {`{{.Name}} {nb}`, `{{.Name}} {nb}`},
		"pdf syntax":      {`) Tj ET (\ (`, `) Tj ET (\ (`},
		"line ends":       {"een\r\ntwee\rdrie\nvier", "vier"},
		"control":         {"nul\x00bel\x07einde", "einde"},
		"broken UTF-8":    {"begin\xff\xfe\xc3 slot", "begin slot"},
		"bidi override":   {"abc\u202Efed", "abcfed"},
		"right to left":   {"שלום וברכה", "שלום"},
		"arabic":          {"سلام عليكم", "سلام"},
		"mixed":           {"Sam שלום 12", "Sam"},
		"decomposed":      {"cafe\u0301", "café"},
		"greek, cyrillic": {"Ελένη Наталья", "Ελένη Наталья"},
		"chinese":         {"王伟", "王伟"},
		"last of plane":   {"a\uffff\ufffe\uffffb", "ab"},
	} {
		t.Run(name, func(t *testing.T) {
			text := pdfText(t, build(t, everywhere(c.typed)))
			require.Contains(t, text, c.want)
		})
	}
	for name, long := range map[string]string{
		"words": strings.Repeat("lange tekst ", 100<<10/12), "one word": strings.Repeat("a", 100<<10), "one wide word": strings.Repeat("ł", 50<<10),
		"lines": strings.Repeat("regel\n", 100<<10/6),
	} {
		t.Run("100 KB of "+name, func(t *testing.T) {
			s := SampleSnapshot(locale.NL)
			s.TherapistNote, s.CoupleName, s.Wins[0].Text, s.Agreements[0].Points[0].Label = long, long, long, long
			s.PracticeName, s.Trends[0].Lines[0].Label, s.Instruments[0].Bands[0].Label = long, long, long
			require.Greater(t, pages(build(t, s)), 10)
		})
	}
}

// everywhere is the sample with every typed text replaced.
func everywhere(text string) Snapshot {
	s := SampleSnapshot(locale.NL)
	s.Audience = ForTherapist
	s.PracticeName, s.TherapistName, s.CoupleName, s.ReaderName = text, text, text, text
	s.PartnerNames = []string{text, text}
	s.Programme.Name, s.Programme.Phase, s.TherapistNote = text, text, text
	s.Goals, s.NextSteps, s.Flags = []string{text}, []string{text}, []string{text}
	for i := range s.Trends {
		s.Trends[i].Title, s.Trends[i].Sign, s.Trends[i].Unit = text, text, text
		for k := range s.Trends[i].Lines {
			s.Trends[i].Lines[k].Label = text
		}
	}
	for i := range s.Instruments {
		r := &s.Instruments[i]
		r.Title, r.Who, r.Band, r.Caveat = text, text, text, text
		for k := range r.Bands {
			r.Bands[k].Label = text
		}
	}
	for i := range s.Agreements {
		s.Agreements[i].Title = text
		for k := range s.Agreements[i].Points {
			s.Agreements[i].Points[k].Label = text
		}
	}
	for i := range s.Wins {
		s.Wins[i].Text, s.Wins[i].By = text, text
	}
	for i := range s.Months {
		s.Months[i].Title, s.Months[i].Sign, s.Months[i].Who = text, text, text
	}
	for i := range s.Reviews {
		s.Reviews[i].Text = text
	}
	s.Discuss, s.Gaps = []Topic{{text, text}}, []Gap{{text, []string{text}}, {"", []string{text}}}
	return s
}

func TestAnyTextAndFigureBuilds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := everywhere(rapid.String().Draw(t, "text"))
		s.TherapistNote = strings.Join(rapid.SliceOfN(rapid.String(), 0, 8).Draw(t, "note"), "\n")
		s.Audience = rapid.SampledFrom([]Audience{ForCouple, ForPartner, ForTherapist}).Draw(t, "audience")
		s.Locale = rapid.SampledFrom(locale.Langs).Draw(t, "locale")
		s.Sessions.Held, s.Sessions.Cancelled = rapid.Int().Draw(t, "held"), rapid.Int().Draw(t, "cancelled")
		s.Homework.Weeks[0].Done, s.Homework.Weeks[0].Assigned = rapid.IntRange(-5, 1<<40).Draw(t, "done"), rapid.IntRange(-5, 1<<40).Draw(t, "assigned")
		tr := &s.Trends[0]
		tr.Min, tr.Max = rapid.Float64().Draw(t, "min"), rapid.Float64().Draw(t, "max")
		on := func(name string) time.Time { return time.Unix(rapid.Int64Range(-1<<36, 1<<36).Draw(t, name), 0).UTC() }
		tr.Lines = nil
		for range rapid.IntRange(0, 3).Draw(t, "lines") {
			line := TrendLine{Label: rapid.String().Draw(t, "label")}
			for range rapid.IntRange(0, 31).Draw(t, "points") {
				line.Points = append(line.Points, TrendPoint{On: on("on"), Value: rapid.Float64().Draw(t, "value"), Gap: rapid.Bool().Draw(t, "gap")})
			}
			tr.Lines = append(tr.Lines, line)
		}
		s.PeriodFrom, s.PeriodTo, s.Wins[0].On = on("from"), on("until"), on("win")
		s.Programme.MonthsIn, s.Programme.MonthsFrom, s.Programme.MonthsTo = rapid.Int().Draw(t, "months"), rapid.Int().Draw(t, "usual from"), rapid.Int().Draw(t, "usual to")
		s.Months[0].Months[1] = TrendPoint{On: on("month"), Value: rapid.Float64().Draw(t, "mean")}
		r := &s.Instruments[0]
		r.History = append(r.History, TrendPoint{On: on("before"), Value: rapid.Float64().Draw(t, "earlier")})
		r.Score, r.Min, r.Max = rapid.Float64().Draw(t, "score"), rapid.Float64().Draw(t, "low"), rapid.Float64().Draw(t, "high")
		s.Agreements[0].Points[0].Weeks[0] = AgreementWeek{From: on("week"), Asked: rapid.Int().Draw(t, "asked"), Kept: rapid.Int().Draw(t, "kept")}
		pdf, err := Build(s)
		if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Fatalf("no report: %v", err)
		}
	})
}

func TestBuildRefuses(t *testing.T) {
	for location, spoil := range map[string]func(*Snapshot){
		"version":  func(s *Snapshot) { s.Version = 99 },
		"audience": func(s *Snapshot) { s.Audience = "press" },
		"locale":   func(s *Snapshot) { s.Locale = "fr" },
		"month":    func(s *Snapshot) { s.Month = time.Time{} },
		"built_at": func(s *Snapshot) { s.BuiltAt = time.Time{} },
	} {
		s := SampleSnapshot(locale.NL)
		spoil(&s)
		_, err := Build(s)
		require.True(t, fault.Is(err, fault.Invalid), location)
		require.Equal(t, location, fault.From(err).Fields[0].Location)
		require.True(t, locale.Has(locale.NL, fault.From(err).Fields[0].Key))
	}
}

func TestPanicBecomesInternal(t *testing.T) {
	err := func() (err error) {
		defer recoverAs(&err)
		panic("secret words of a partner")
	}()
	require.True(t, fault.Is(err, fault.Internal))
	require.NotContains(t, err.Error(), "secret")
}

// What would go on for ever ends as a fault of that report alone.
func TestTooManyPagesAreAFault(t *testing.T) {
	s := SampleSnapshot(locale.NL)
	s.TherapistNote = strings.Repeat("Een regel.\n\n", 40*mostPages)
	began := time.Now()
	_, err := Build(s)
	require.True(t, fault.Is(err, fault.Internal))
	require.Less(t, time.Since(began), time.Minute)
}

// TestReportsAreBuiltSideBySide builds in all three typefaces at once: fonts are shared, and no report may see another.
func TestReportsAreBuiltSideBySide(t *testing.T) {
	var group sync.WaitGroup
	for _, name := range []string{"Sam & Robin", "Şükrü & Łucja", "محمد & רחל"} {
		s := SampleSnapshot(locale.NL)
		s.CoupleName = name
		want := build(t, s)
		for range 6 {
			group.Go(func() {
				got, err := Build(s)
				assert.NoError(t, err)
				assert.True(t, bytes.Equal(want, got), name)
			})
		}
	}
	group.Wait()
}

// A text in a script that no font has makes neither a large file nor a slow one, and can be copied.
func TestWhatNoFontHasIsStillRead(t *testing.T) {
	var note strings.Builder
	for r := rune(0x4e00); r < 0x4e00+500*37; r += 37 { // Far apart.
		note.WriteRune(r)
	}
	s := SampleSnapshot(locale.NL)
	s.TherapistNote = note.String() + " en " + note.String()[:30]
	pdf := build(t, s)
	require.Less(t, len(pdf), 80<<10)
	text := strings.ReplaceAll(pdfText(t, pdf), " ", "")
	require.Contains(t, text, note.String()+"en"+note.String()[:30])
	require.True(t, bytes.Equal(pdf, build(t, s)))
}
