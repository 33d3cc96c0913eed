package library

import (
	"slices"
	"strconv"
)

// flags checks that each one looks at something that is there, and that none tells on a private answer.
func (r *rules) flags() {
	seen := map[string]bool{}
	for i, f := range r.e.Flags {
		at := "flags/" + strconv.Itoa(i)
		if seen[f.ID] {
			r.add(at+"/id", "twice", "Name", f.ID)
		}
		seen[f.ID] = true
		if (f.Question == "") != f.Score {
			r.add(at, "flag_of")
			continue
		}
		if f.Score {
			r.scoreFlag(at, f)
		} else {
			r.answerFlag(at, f)
		}
	}
}

func (r *rules) scoreFlag(at string, f Flag) {
	s := r.e.Scoring
	if s == nil || s.method() == ScoreList {
		r.add(at+"/score", "flag_score")
		return
	}
	if f.Do != DoOffer && r.e.MeasureAudience(Measure{Kind: MeasureScore}) == AudienceMe {
		r.add(at+"/do", "flag_private")
	}
	switch w := f.When; {
	case w.Band != "":
		if _, ok := s.Band(w.Band); !ok {
			r.add(at+"/when/band", "no_band", "Name", w.Band)
		}
	case w.AtLeast == nil && w.AtMost == nil:
		r.add(at+"/when", "flag_when", "Type", "score")
	}
}

func (r *rules) answerFlag(at string, f Flag) {
	q, ok := r.e.Question(f.Question)
	if !ok {
		r.add(at+"/question", "no_question", "Name", f.Question)
		return
	}
	if f.Do != DoOffer && q.Audience == AudienceMe {
		r.add(at+"/do", "flag_private")
	}
	w, takes := f.When, []FieldType(nil)
	switch {
	case w.Option != "":
		takes = []FieldType{FieldChoice, FieldMulti, FieldChecklist}
	case w.Missing != "":
		takes = []FieldType{FieldMulti, FieldChecklist}
	case w.Answer != "":
		takes = []FieldType{FieldYesNo}
	case w.AtLeast != nil || w.AtMost != nil:
		takes = []FieldType{FieldScale, FieldNumber, FieldCounter, FieldTimer}
	}
	if !slices.Contains(takes, q.Type) {
		r.add(at+"/when", "flag_when", "Type", string(q.Type))
		return
	}
	for _, id := range []string{w.Option, w.Missing} {
		if id != "" && !slices.ContainsFunc(q.Options, func(o Option) bool { return o.ID == id }) {
			r.add(at+"/when", "no_option", "Name", id)
		}
	}
}
