package web

import (
	"net/url"
	"strconv"
	"time"

	"tussentijds/care"
	"tussentijds/internal/locale"
)

const (
	lookedLines = 20        // on a page.
	lookedRun   = time.Hour // what one person does of one kind within it is one line.
	lookedPart  = 80        // events of the record read at once.
	lookedReads = 5         // how often it is read on for one page.
)

// lookedLine is what one person did of one kind within an hour, and how often. At is the latest time.
type lookedLine struct {
	care.AuditView
	Times int
}

// lookedList is a page of those lines, with the addresses of the first and the next page.
type lookedList struct {
	Lines       []lookedLine
	First, Next string
}

// add puts an event into the line it belongs to, or begins one; it refuses one line too many. Events come newest first.
// One's own visits are left out: they would bury those of others.
func (l *lookedList) add(me care.Actor, e care.AuditView) bool {
	if e.ActorID != nil && *e.ActorID == me.ID {
		return true
	}
	for i := len(l.Lines) - 1; i >= 0; i-- {
		line := &l.Lines[i]
		if line.At.Sub(e.At) > lookedRun {
			break
		}
		if line.ActorKind == e.ActorKind && line.ActorName == e.ActorName && line.Act == e.Act && line.ObjectKind == e.ObjectKind && line.Emergency == e.Emergency {
			line.Times++
			return true
		}
	}
	if len(l.Lines) == lookedLines {
		return false
	}
	l.Lines = append(l.Lines, lookedLine{e, 1})
	return true
}

// whoLooked reads the record until a page is full. The next page begins inside a part of the record: its address says
// after which event that part begins, and how many of its events were shown. The very first part is one event long, because
// each look at the record adds to its head: what is counted from there would move.
func (s *Site) whoLooked(r *Request) (lookedList, error) {
	var out lookedList
	cursor, skip, limit := r.Query("cursor"), min(r.QueryInt("skip"), lookedPart), lookedPart
	if cursor == "" {
		skip, limit = 0, 1
	} else {
		out.First = "/portal/privacy#looked"
	}
	for range lookedReads {
		part, err := s.care.ListAudit(r.Context(), r.Actor, care.Page{Limit: limit, Cursor: cursor})
		if err != nil {
			return out, err
		}
		for at := max(skip, 0); at < len(part.Data); at++ {
			if !out.add(r.Actor, part.Data[at]) {
				out.Next = lookedAt(cursor, at)
				return out, nil
			}
		}
		if part.Next == nil {
			return out, nil
		}
		cursor, skip, limit = *part.Next, 0, lookedPart
	}
	out.Next = lookedAt(cursor, 0)
	return out, nil
}

func lookedAt(cursor string, skip int) string {
	return "/portal/privacy?cursor=" + url.QueryEscape(cursor) + "&skip=" + strconv.Itoa(skip) + "#looked"
}

// LookedName names who did it; what the program does by itself has a name of its own.
func (p *Page) LookedName(l lookedLine) string {
	if l.ActorKind == "system" || l.ActorName == "" {
		return p.L.T("portal.looked.system")
	}
	return l.ActorName
}

// LookedRole gives the words for the role of a person.
func (p *Page) LookedRole(l lookedLine) string {
	if l.ActorKind == "system" || l.ActorName == "" {
		return ""
	}
	return p.RoleName(l.Role)
}

// LookedDid says what was done in a plain sentence: of the act on that kind of thing, else of the act, else that something was done.
func (p *Page) LookedDid(l lookedLine) string {
	for _, key := range []string{"portal.did." + l.Act + "." + l.ObjectKind, "portal.did." + l.Act + ".other"} {
		if locale.Has(p.Lang, key) {
			return p.L.T(key)
		}
	}
	return p.L.T("portal.did.other")
}
