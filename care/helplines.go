package care

import (
	"context"
	"slices"
	"time"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// HelplineKeys are the kinds of help that a practice's list should hold (content brief 6.4.5). No number is built in: each
// practice fills in and checks its own.
var HelplineKeys = []string{"emergency", "suicide", "domestic_abuse", "sexual_violence", "children", "gp"}

// HelplineGaps is what is missing in a practice's help lines.
type HelplineGaps struct {
	Missing []string // keys without a line.
	Old     []string // keys of lines that nobody checked for a year, or ever.
}

// helplinesGood is how long a checked help line counts as checked.
const helplinesGood = 12 // months.

// GapsOf is what is missing in the help lines of a practice's settings; nil when nothing is.
func GapsOf(p PracticeView, now time.Time) *HelplineGaps {
	return helplineGaps(models.Practice{Country: p.Country, TimeZone: p.TimeZone, Helplines: models.JSON[[]models.Helpline]{V: p.Helplines}}, now)
}

// helplineGaps looks at a practice's help lines; nil when nothing is missing.
func helplineGaps(p models.Practice, now time.Time) *HelplineGaps {
	var gaps HelplineGaps
	since := models.DayOf(now.In(p.Zone()).AddDate(0, -helplinesGood, 0))
	for _, key := range HelplineKeys {
		lines := slices.DeleteFunc(slices.Clone(p.Helplines.V), func(l models.Helpline) bool {
			return l.Key != key || l.Country != "" && l.Country != p.Country
		})
		switch {
		case len(lines) == 0:
			gaps.Missing = append(gaps.Missing, key)
		case slices.ContainsFunc(lines, func(l models.Helpline) bool { return l.CheckedOn < since }):
			gaps.Old = append(gaps.Old, key)
		}
	}
	if len(gaps.Missing)+len(gaps.Old) == 0 {
		return nil
	}
	return &gaps
}

// Helplines gives a partner whom to call: the practice's lines, in their order. Faults: not_found for
// whoever is no partner.
func (s *Service) Helplines(ctx context.Context, actor Actor) ([]models.Helpline, error) {
	var lines []models.Helpline
	if !actor.Partner() || !actor.Full() {
		return nil, fault.Missing()
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		practice, err := t.thePractice()
		lines = practice.Helplines.V
		return err
	})
	return lines, err
}
