package reports

import _ "embed" // the spare font.

// The spare font letters what Source Sans lacks: Hebrew, Arabic and some smaller scripts. It has one weight. A script that
// neither font has (Chinese, Thai) shows as boxes, and its text can still be searched and copied.
//
//go:embed fonts/DejaVuSans.ttf
var spareTTF []byte

const spareFamily = "dejavusans"

// spareRanges are the characters used of it: Armenian, Hebrew, Arabic, N'Ko, Lao, Georgian, Tifinagh, and the presentation
// forms that joined letters need.
var spareRanges = [][2]rune{{0x530, 0x6ff}, {0x7c0, 0x7ff}, {0xe80, 0xeff}, {0x10a0, 0x10ff}, {0x2d30, 0x2d7f}, {0xfb13, 0xfdff}, {0xfe70, 0xfefe}}

func isSpare(r rune) bool {
	for _, span := range spareRanges {
		if r >= span[0] && r <= span[1] {
			return true
		}
	}
	return false
}
