package web

import (
	"fmt"
	"strings"
	"testing"

	qrcode "github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/locale"
)

// The drawing holds exactly the dark squares of the code: painted back into a bitmap it is the code again.
func TestQRIsTheCode(t *testing.T) {
	address := "otpauth://totp/Tussentijds:noor@debrug.example?issuer=Tussentijds&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	p := storyPage(locale.NL, "", "/", nil)
	svg := string(p.QR(address))
	code, err := qrcode.New(address, qrcode.Medium)
	require.NoError(t, err)
	want := code.Bitmap()
	got := make([][]bool, len(want))
	for i := range got {
		got[i] = make([]bool, len(want))
	}
	_, path, found := strings.Cut(svg, `fill="#000" d="`)
	require.True(t, found)
	path, _, _ = strings.Cut(path, `"`)
	for run := range strings.SplitSeq(strings.TrimSuffix(path, "z"), "z") {
		var x, y, width, back int
		_, err := fmt.Sscanf(run, "M%d %dh%dv1h-%d", &x, &y, &width, &back)
		require.NoError(t, err, run)
		require.Equal(t, width, back)
		for i := range width {
			got[y][x+i] = true
		}
	}
	require.Equal(t, want, got)
	require.NotContains(t, svg, "style=")

	require.Empty(t, p.QR("https://elders.example"))
	require.Empty(t, p.QR("otpauth://"+strings.Repeat("x", 5000)))
}
