package reports

import (
	"fmt"
	"slices"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

// Build gives the report as a PDF (A4, vector charts, embedded font). The same snapshot always gives the same bytes. A
// snapshot of another version, audience or language, or without a month or the moment it was built, is refused with
// fault.Invalid; whatever goes wrong in drawing comes back as fault.Internal and never as a panic.
func Build(s Snapshot) (pdf []byte, err error) {
	defer recoverAs(&err)
	if err := s.check(); err != nil {
		return nil, err
	}
	set, err := fonts()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	if pdf, err = draw(s.cleaned(), set.letter); err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	return pdf, nil
}

// recoverAs turns a panic into fault.Internal. The cause names the kind of panic only: its text could hold what a person
// wrote.
func recoverAs(err *error) {
	if r := recover(); r != nil {
		*err = fault.Wrap(fault.Internal, fmt.Errorf("drawing the report panicked with a %T", r))
	}
}

// check tells what keeps the snapshot from becoming a report.
func (s Snapshot) check() error {
	var wrong fault.Collector
	if s.Version != Version {
		wrong.Add("version", "error.field.choice", nil)
	}
	if !slices.Contains([]Audience{ForCouple, ForPartner, ForTherapist}, s.Audience) {
		wrong.Add("audience", "error.field.choice", nil)
	}
	if !slices.Contains(locale.Langs, s.Locale) {
		wrong.Add("locale", "error.field.choice", nil)
	}
	if s.Month.IsZero() {
		wrong.Add("month", "error.field.required", nil)
	}
	if s.BuiltAt.IsZero() {
		wrong.Add("built_at", "error.field.required", nil)
	}
	return wrong.Err()
}

// whole fills in a period that was left out: the whole month.
func (s Snapshot) whole() Snapshot {
	if s.PeriodFrom.IsZero() {
		s.PeriodFrom = s.Month
	}
	if s.PeriodTo.IsZero() {
		s.PeriodTo = s.Month.AddDate(0, 1, -s.Month.Day())
	}
	return s
}
