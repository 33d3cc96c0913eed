package api

import (
	"encoding/base64"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

// Paging is how every list is asked for.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"500" doc:"What the part before gave as next."`
}

func (p Paging) page() care.Page { return care.Page{Limit: p.Limit, Cursor: p.Cursor} }

// list is how every list answers.
type list[T any] struct {
	Data []T     `json:"data"`
	Next *string `json:"next" doc:"The cursor of the next part; null at the end."`
}

type listOutput[T any] struct{ Body list[T] }

// asList gives a part of a list, each entry as the API shows it.
func asList[V, T any](in care.List[V], show func(V) T) *listOutput[T] {
	out := &listOutput[T]{Body: list[T]{Data: make([]T, len(in.Data)), Next: in.Next}}
	for i, v := range in.Data {
		out.Body.Data[i] = show(v)
	}
	return out
}

func same[T any](v T) T { return v }

// cut pages a list that care gives whole; the cursor is the last entry's id.
func cut[T any](all []T, p Paging, id func(T) string) (care.List[T], error) {
	start := 0
	if p.Cursor != "" {
		last, err := base64.RawURLEncoding.DecodeString(p.Cursor)
		for i := 0; err == nil && i < len(all) && start == 0; i++ {
			if id(all[i]) == string(last) {
				start = i + 1
			}
		}
		if start == 0 {
			return care.List[T]{}, fault.Fieldf("cursor", "error.field.choice", nil)
		}
	}
	end := min(start+p.Limit, len(all))
	out := care.List[T]{Data: all[start:end]}
	if end < len(all) {
		next := base64.RawURLEncoding.EncodeToString([]byte(id(all[end-1])))
		out.Next = &next
	}
	return out, nil
}
