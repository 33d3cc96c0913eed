package care

import "time"

// The jobs' own doors, for tests: a job is run with these, and running it again must be harmless.
var (
	BuildReport    = (*Service).buildReport
	PublishReport  = (*Service).publishReport
	RequestMonthly = (*Service).requestMonthly
)

var GiveUpReport = (*Service).giveUpReport

// WithBuildTime is the service with another time for a batch of reports.
func (s *Service) WithBuildTime(d time.Duration) *Service {
	other := New(s.Deps)
	other.buildTime = d
	return other
}
