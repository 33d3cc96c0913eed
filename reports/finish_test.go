package reports

import (
	"bytes"
	"testing"

	"github.com/jung-kurt/gofpdf"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/locale"
)

// Every page is packed, and much smaller for it; what reads PDF finds the same words (TestReportsLookAsSeen looks at all else).
func TestPagesArePacked(t *testing.T) {
	pdf := build(t, SampleSnapshot(locale.NL))
	require.NotRegexp(t, `<</Length \d+>>\nstream`, string(pdf))
	require.Equal(t, bytes.Count(pdf, []byte("/Contents ")), bytes.Count(pdf, []byte("<</Filter /FlateDecode /Length ")))
	require.Equal(t, 1, bytes.Count(pdf, []byte("/Lang (nl)\n")))
}

func TestWhatIsNoDocumentIsNotFinished(t *testing.T) {
	pdf := gofpdf.New("P", "mm", "A4", "")
	pdf.SetCompression(false)
	pdf.AddPage()
	var whole bytes.Buffer
	require.NoError(t, pdf.Output(&whole))
	_, err := finish(whole.Bytes(), locale.NL)
	require.NoError(t, err)
	for _, bad := range [][]byte{nil, []byte("%PDF-1.3\n"), whole.Bytes()[:whole.Len()-30], whole.Bytes()[200:], bytes.Replace(whole.Bytes(), []byte("xref\n0 "), []byte("xref\n9 "), 1)} {
		_, err := finish(bad, locale.NL)
		require.ErrorIs(t, err, errUnknownPDF)
	}
}
