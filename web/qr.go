package web

import (
	"fmt"
	"html/template"
	"strings"

	qrcode "github.com/skip2/go-qrcode"
)

// longestQR is the longest address that is drawn; a longer one would be too fine to scan from a screen.
const longestQR = 400

// QR draws the address of a second factor (otpauth://…) as a code to scan, with the quiet edge around it that scanners need.
// It is empty for anything else: the key that stands beside it as text is enough.
func (p *Page) QR(address string) template.HTML {
	if !strings.HasPrefix(address, "otpauth://") || len(address) > longestQR {
		return ""
	}
	code, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return ""
	}
	rows := code.Bitmap()
	var dark strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			fmt.Fprintf(&dark, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
		}
	}
	label := template.HTMLEscapeString(p.L.T("web.qr.label"))
	return template.HTML(fmt.Sprintf(`<svg class="qr" viewBox="0 0 %[1]d %[1]d" role="img" aria-label="%[2]s" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%[1]dv%[1]dh-%[1]dz"/><path fill="#000" d="%[3]s"/></svg>`, len(rows), label, dark.String())) //nolint:gosec // numbers, and one of our own texts, escaped.
}
