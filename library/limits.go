package library

// Limits that hold when a question names none.
const (
	DefaultMaxShort  = 200    // runes of a short text, or of a short column.
	DefaultMaxLong   = 10_000 // runes of a long text.
	DefaultMaxColumn = 2_000  // runes of a long column.
	DefaultMaxRows   = 20     // rows that may be filled.
	DefaultMaxCount  = 1_000  // highest count of a counter.
	MaxNumber        = 1e9    // highest number of a number question without an own limit.
	MaxSeconds       = 86_400 // longest timer: a day.
)

// Limit gives the most runes a short or long answer may have; 0 for other types.
func (q *Question) Limit() int {
	switch {
	case q.Type != FieldShort && q.Type != FieldLong:
		return 0
	case q.MaxLength > 0:
		return q.MaxLength
	case q.Type == FieldShort:
		return DefaultMaxShort
	}
	return DefaultMaxLong
}

// RowLimit gives the most rows a rows answer may have.
func (q *Question) RowLimit() int {
	if q.MaxRows > 0 {
		return q.MaxRows
	}
	return DefaultMaxRows
}

// Bounds gives the lowest and highest number a scale, number, counter or timer takes. A scale runs from 0 to 10 unless
// it says otherwise.
func (q *Question) Bounds() (low, high float64) { return bounds(q.Type, q.Min, q.Max) }

// Bounds gives the lowest and highest number of a scale or number column.
func (c *Column) Bounds() (low, high float64) { return bounds(c.Type, c.Min, c.Max) }

func bounds(t FieldType, low, high *float64) (float64, float64) {
	l, h := 0.0, MaxNumber
	switch t {
	case FieldScale:
		h = 10
	case FieldCounter:
		h = DefaultMaxCount
	case FieldTimer:
		h = MaxSeconds
	}
	if low != nil {
		l = *low
	}
	if high != nil {
		h = *high
	}
	return l, h
}
