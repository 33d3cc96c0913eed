package reports

import (
	"strings"
	"testing"

	"tussentijds/internal/locale"
)

// How a score changed is said after the score before, and never without it.
func TestAnInstrumentTellsHowItChanged(t *testing.T) {
	before := 12.0
	for _, c := range []struct {
		previous *float64
		change   string
		want     bool
	}{{&before, "Dat is duidelijk beter.", true}, {&before, "", false}, {nil, "Dat is duidelijk beter.", false}} {
		o := outliner{loc: locale.For(locale.NL)}
		said := strings.Join(o.instrument(InstrumentResult{Title: "Lijst", Score: 15, Max: 20, Previous: c.previous, Change: c.change}).Paragraphs, " ")
		if got := strings.HasSuffix(said, "12. Dat is duidelijk beter."); got != c.want {
			t.Errorf("%+v: %s", c, said)
		}
	}
}
