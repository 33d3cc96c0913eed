package reports

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"tussentijds/internal/locale"
)

// The looks of reports as somebody has looked at them: TT_GOLDEN=1 writes them anew, and then one looks again.
func TestReportsLookAsSeen(t *testing.T) {
	for name, s := range goldens() {
		t.Run(name, func(t *testing.T) {
			pdf := build(t, s)
			text, seen := layout(t, pdf), pageImage(t, pdf)
			words, drawn := filepath.Join("testdata", name+".txt"), filepath.Join("testdata", name+".png")
			if os.Getenv("TT_GOLDEN") != "" {
				var out bytes.Buffer
				require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, seen))
				require.NoError(t, os.WriteFile(words, []byte(text), 0o600))
				require.NoError(t, os.WriteFile(drawn, out.Bytes(), 0o600))
				return
			}
			want, err := os.ReadFile(words) // a file of this test.
			require.NoError(t, err)
			require.Equal(t, string(want), text)
			raw, err := os.ReadFile(drawn) // a file of this test.
			require.NoError(t, err)
			before, err := png.Decode(bytes.NewReader(raw))
			require.NoError(t, err)
			require.Less(t, difference(t, before, seen), 1.5, "the pages look different; with TT_GOLDEN=1 they are written anew")
		})
	}
}

func goldens() map[string]Snapshot {
	couple, partner, therapist := SampleSnapshot(locale.NL), SampleSnapshot(locale.EN), SampleSnapshot(locale.EN)
	couple.PortalURL = "https://debrug.example/portal/reports"
	partner.Audience, partner.ReaderName = ForPartner, "Robin"
	partner.Brand = Brand{Colour: "#e0a030", Logo: sampleLogo()}
	therapist.Audience = ForTherapist
	return map[string]Snapshot{"couple-nl": couple, "partner-en": partner, "therapist-en": therapist, "quiet-nl": quiet(locale.NL, ForCouple), "many-nl": many()}
}

// many is a month with sixty of what there can be many of, and names that letters are rarely tried on.
func many() Snapshot {
	s := SampleSnapshot(locale.NL)
	s.CoupleName, s.PartnerNames = "Aleksandra Wyszyńska-Ćwiklińska & محمد عبد الرحمن", []string{"Aleksandra Wyszyńska-Ćwiklińska", "محمد عبد الرحمن"}
	for i := range 57 {
		s.Wins = append(s.Wins, Win{On: s.Month.AddDate(0, 0, i/2), Text: strings.Repeat("We hebben iets leuks gedaan 😀. ", 1+i%5), By: "Aleksandra Wyszyńska-Ćwiklińska"})
		s.Agreements[0].Points = append(s.Agreements[0].Points, s.Agreements[0].Points[i%3])
		s.Goals = append(s.Goals, "王伟 en ik praten rustig.")
	}
	return s
}

// sampleLogo is a circle and a bar on white.
func sampleLogo() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 420, 140))
	for y := range 140 {
		for x := range 420 {
			c := color.RGBA{0xff, 0xff, 0xff, 0xff}
			switch {
			case (x-70)*(x-70)+(y-70)*(y-70) < 3600:
				c = color.RGBA{0x78, 0x28, 0x8c, 0xff}
			case x > 160 && y > 50 && y < 90:
				c = color.RGBA{0x3c, 0x3c, 0x3c, 0xff}
			}
			m.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// layout reads a report back in reading order, line by line.
func layout(t *testing.T, pdf []byte) string {
	t.Helper()
	var lines []string
	for _, line := range strings.Split(norm.NFKC.String(string(run(t, pdf, "pdftotext", "-enc", "UTF-8", "-layout", "-", "-"))), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// run hands a report to one of poppler's tools.
func run(t *testing.T, pdf []byte, name string, args ...string) []byte {
	t.Helper()
	tool, err := exec.LookPath(name)
	require.NoError(t, err, name+" is missing: install poppler-utils (make test does)")
	cmd := exec.Command(tool, args...)
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	require.NoError(t, err)
	return out
}

// pageImage gives the first pages side by side, small and grey: what a copier makes of them.
func pageImage(t *testing.T, pdf []byte) *image.Gray {
	t.Helper()
	const wide, tall, most = 133, 187, 6
	stream := run(t, pdf, "pdftoppm", "-r", "16", "-gray", "-scale-to-x", "133", "-scale-to-y", "187", "-l", "6", "-")
	out := image.NewGray(image.Rect(0, 0, wide*most, tall))
	for page := 0; len(stream) > 0 && page < most; page++ {
		header := []byte("P5\n133 187\n255\n")
		require.True(t, bytes.HasPrefix(stream, header))
		stream = stream[len(header):]
		for y := range tall {
			copy(out.Pix[y*out.Stride+page*wide:], stream[y*wide:(y+1)*wide])
		}
		stream = stream[wide*tall:]
	}
	return out
}

// difference is the mean difference of two pictures' greys, 0 to 255, where either is not white.
func difference(t *testing.T, before image.Image, now *image.Gray) float64 {
	t.Helper()
	require.Equal(t, before.Bounds(), now.Bounds())
	total, n := 0.0, 1.0
	for y := range now.Bounds().Dy() {
		for x := range now.Bounds().Dx() {
			a, b := int(color.GrayModel.Convert(before.At(x, y)).(color.Gray).Y), int(now.GrayAt(x, y).Y)
			if a < 250 || b < 250 {
				total, n = total+float64(max(a-b, b-a)), n+1
			}
		}
	}
	return total / n
}

// TestFilesAreSound looks at the files themselves: sound, small, findable and in the right language.
func TestFilesAreSound(t *testing.T) {
	qpdf, err := exec.LookPath("qpdf")
	require.NoError(t, err, "qpdf is missing: install it (make test does)")
	for name, s := range goldens() {
		pdf := build(t, s)
		file := filepath.Join(t.TempDir(), "report.pdf")
		require.NoError(t, os.WriteFile(file, pdf, 0o600))
		out, err := exec.Command(qpdf, "--check", file).CombinedOutput() // our own file.
		require.NoError(t, err, "%s: %s", name, out)
		require.NotContains(t, string(out), "WARNING", name)
		require.Contains(t, string(pdf), "/Lang ("+string(s.Locale)+")")
		require.Contains(t, string(pdf), "/Outlines")
		if name != "many-nl" {
			require.Less(t, len(pdf), 150<<10, name)
		}
		info := string(run(t, pdf, "pdfinfo", "-"))
		for _, private := range append(s.PartnerNames, s.CoupleName) {
			require.NotContains(t, info, private, "names stand on the pages and not in what a file system shows")
		}
	}
	s := SampleSnapshot(locale.NL)
	s.Brand = Brand{Colour: "#ffd400", Logo: sampleLogo()}
	branded := build(t, s)
	require.Contains(t, string(branded), "/Subtype /Image")
	require.True(t, bytes.Equal(branded, build(t, s)))
	s.Brand.Logo = []byte("<svg/>")
	require.NotContains(t, string(build(t, s)), "/Subtype /Image", "what is no picture is not drawn")
}

// TestTheTraceIsPrintedNowhere builds with ids in the trace and looks for them in the pages' words and in the file.
func TestTheTraceIsPrintedNowhere(t *testing.T) {
	for _, audience := range []Audience{ForCouple, ForPartner, ForTherapist} {
		s := SampleSnapshot(locale.EN)
		s.Audience = audience
		plain := build(t, s)
		s.Trace = Trace{{Figure: "wins", Kind: FromResponses, IDs: []uuid.UUID{uuid.New()}}}
		require.True(t, bytes.Equal(plain, build(t, s)))
	}
}
