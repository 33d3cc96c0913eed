package care

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/locale"
)

// A letter that was written once and filled in for each recipient is the mail that would have been written for each.
func TestALetterWithItsGapsFilledIsTheMail(t *testing.T) {
	for _, lang := range []locale.Lang{locale.NL, locale.EN} {
		for _, words := range []string{"ready", "reminder", "desk", "invitation", "reset"} {
			for _, stop := range []string{"", "https://example.test/reminders/stop/AbC-_9"} {
				writer := &letters{sender: `De "Brug" & <co>`, made: map[letterKey]*letter{}}
				for _, link := range []string{"https://example.test/portal", "http://localhost:8080/invitation/x_Y-z", "https://example.test/a?b=1&c='2'"} {
					require.Equal(t, writeMail(locale.For(lang), writer.own.says(lang, words, writer.sender), writer.sender, link, stop), writer.write(lang, words, link, stop))
				}
				require.Len(t, writer.made, 1)
			}
		}
	}
}
