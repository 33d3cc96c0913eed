package models

import "encoding/json"

// Lead says when a kind of reminder goes, seen from the moment it is about; whether that is before or after it follows from
// the kind. Whole days are counted on the calendar.
type Lead struct {
	On    bool   `json:"on"`
	Hours int    `json:"hours,omitempty"`
	Days  int    `json:"days,omitempty"`
	At    string `json:"at,omitempty"` // the clock time on that day, "18:00"; empty for the moment's own.
}

// Leads are what was chosen, by kind ("task.second"). What is not there was left as it is.
type Leads map[string]Lead

// MarshalJSON writes no choices as an empty object, as the schema wants it.
func (l Leads) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]Lead(l))
}
