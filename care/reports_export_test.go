package care

// The jobs' own doors, for tests: a job is run with these, and running it again must be harmless.
var (
	BuildReport    = (*Service).buildReport
	PublishReport  = (*Service).publishReport
	RequestMonthly = (*Service).requestMonthly
)

var GiveUpReport = (*Service).giveUpReport
