package reports

import "strconv"

// Origin names the rows that a figure was taken from. Figure is "homework", "sessions", "wins", "programme" or one of the
// numbered ones ("trend.0", "month.2", "instrument.1", "agreement.0", "discuss.0", "flag.1", "gap.0"), counted as in the
// snapshot.
type Origin struct {
	Figure string   `json:"figure"`
	Kind   string   `json:"kind"` // one of the Origin constants.
	IDs    []string `json:"ids"`
}

// The kinds of rows that figures are taken from.
const (
	FromTasks      = "task"
	FromResponses  = "response"
	FromSessions   = "session"
	FromReviews    = "agreement_review"
	FromAgreements = "agreement"
	FromAlerts     = "alert"
	FromProgramme  = "programme"
	FromConsents   = "consent"
)

// Numbered gives the name of the figure that stands at place i of its list.
func Numbered(list string, i int) string { return list + "." + strconv.Itoa(i) }

// Origins gives the rows behind a figure, kind by kind.
func (s Snapshot) Origins(figure string) []Origin {
	var out []Origin
	for _, o := range s.Trace {
		if o.Figure == figure && len(o.IDs) > 0 {
			out = append(out, o)
		}
	}
	return out
}
