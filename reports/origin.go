package reports

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/google/uuid"
)

// Origin names the rows that a figure was taken from. Figure is "homework", "sessions", "wins", "programme" or one of the
// numbered ones ("trend.0", "month.2", "instrument.1", "agreement.0", "discuss.0", "flag.1", "gap.0"), counted as in the
// snapshot.
type Origin struct {
	Figure string      `json:"figure"`
	Kind   string      `json:"kind"` // one of the Origin constants.
	IDs    []uuid.UUID `json:"ids"`
}

// Trace is where a snapshot's figures come from. One row stands behind many figures, so in JSON each row's id is written once,
// and an origin says where its rows stand; written out, ids would be two thirds of a snapshot.
type Trace []Origin

// writtenTrace is a Trace in JSON.
type writtenTrace struct {
	Rows []byte          `json:"rows"` // the ids' octets, one after the other.
	Of   []writtenOrigin `json:"of"`
}

type writtenOrigin struct {
	Figure string `json:"figure"`
	Kind   string `json:"kind"`
	At     []byte `json:"at"` // places in Rows, as varints: each as its distance from the one before.
}

// errTrace says that a trace cannot be read.
var errTrace = errors.New("a trace that is not as ours are")

// MarshalJSON writes each id once.
func (t Trace) MarshalJSON() ([]byte, error) {
	const usual = 256 // rows of a month.
	w := writtenTrace{Rows: make([]byte, 0, usual*len(uuid.UUID{})), Of: make([]writtenOrigin, len(t))}
	places := make(map[uuid.UUID]int32, usual)
	var all []byte // of all origins: one piece of memory for many short lists.
	for i, o := range t {
		begin, last := len(all), int32(-1)
		for _, id := range o.IDs {
			place, known := places[id]
			if !known {
				place = int32(len(places)) // #nosec G115 -- a month has hundreds.
				places[id] = place
				w.Rows = append(w.Rows, id[:]...)
			}
			all, last = binary.AppendVarint(all, int64(place-last)), place
		}
		w.Of[i] = writtenOrigin{o.Figure, o.Kind, all[begin:]}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote, and lists of origins with their ids written out, as they were kept before.
func (t *Trace) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, (*[]Origin)(t))
	}
	var w writtenTrace
	if err := json.Unmarshal(raw, &w); err != nil {
		return err
	}
	out := make(Trace, len(w.Of))
	for i, o := range w.Of {
		out[i] = Origin{Figure: o.Figure, Kind: o.Kind}
		for at, last := o.At, int64(-1); len(at) > 0; {
			distance, n := binary.Varint(at)
			if n <= 0 {
				return errTrace
			}
			at, last = at[n:], last+distance
			if last < 0 || last >= int64(len(w.Rows)/len(uuid.UUID{})) {
				return errTrace
			}
			out[i].IDs = append(out[i].IDs, uuid.UUID(w.Rows[last*16:last*16+16]))
		}
	}
	*t = out
	return nil
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
