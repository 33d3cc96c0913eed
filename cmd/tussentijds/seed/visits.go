package seed

import (
	"context"
	"time"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// visit is a booked therapy session.
type visit struct {
	index int
	view  care.SessionView
	done  bool
}

// dayOf is the day of the couple's nth session: every second week (or as the story says), counted so that the story's
// weekday comes out on the present day. Weekends are moved to Monday, but for the present day; the holidays have none.
func (l *life) dayOf(index int) int {
	first := l.joins + 1
	n := Days + l.offset
	for n-l.every >= first {
		n -= l.every
	}
	for {
		day := n
		if wd := l.w.day(n).Weekday(); n != Days && wd == time.Saturday {
			day += 2
		} else if n != Days && wd == time.Sunday {
			day++
		}
		if !away(day) {
			if index == 0 {
				return day
			}
			index--
		}
		n += l.every
	}
}

// book plans the next session; the office does that, as far as the practice has one.
func (l *life) book(ctx context.Context) error {
	index := len(l.visits)
	n := l.dayOf(index)
	start := l.w.at(n, l.hour, l.minute)
	in := care.PlanSessionInput{CoupleID: l.couple.ID, Kind: "conjoint", Room: l.room, StartsAt: start, EndsAt: start.Add(75 * time.Minute)}
	if who, alone := l.alone[index]; alone {
		in.Kind, in.PartnerID, in.EndsAt = "individual", &l.partners[who].ID, start.Add(50*time.Minute)
	}
	v, err := l.svc.PlanSession(ctx, l.office, in)
	if fault.Is(err, fault.Conflict) { // Someone else sits there: a later hour.
		in.StartsAt, in.EndsAt = in.StartsAt.Add(-150*time.Minute), in.EndsAt.Add(-150*time.Minute)
		v, err = l.svc.PlanSession(ctx, l.office, in)
	}
	if err != nil {
		return err
	}
	l.visits = append(l.visits, visit{index: index, view: v})
	return nil
}

// planVisits lets a day's session take place, or not, and has it written up.
func (l *life) planVisits(n int) {
	for i := range l.visits {
		v := &l.visits[i]
		if v.done {
			continue
		}
		if l.cancelled[v.index] && l.dayOf(v.index) == n+1 {
			v.done = true
			l.plan(l.w.at(n, 15, 10), func(ctx context.Context) error {
				_, err := l.svc.CancelSession(ctx, l.office, v.view.ID, v.view.Version)
				if err != nil {
					return err
				}
				return l.book(ctx)
			})
			continue
		}
		if l.dayOf(v.index) != n {
			continue
		}
		v.done = true
		l.plan(v.view.EndsAt.Add(4*time.Minute), func(ctx context.Context) error { return l.hold(ctx, v) })
	}
}

// hold records how a session went, and what comes of it.
func (l *life) hold(ctx context.Context, v *visit) error {
	status := string(models.SessionHeld)
	if l.missed[v.index] {
		status = string(models.SessionNoShow)
	}
	view, err := l.svc.ChangeSession(ctx, l.therapist, v.view.ID, care.ChangeSessionInput{Status: &status, Version: v.view.Version})
	if err != nil {
		return err
	}
	v.view = view
	if l.ends == 0 || l.dayOf(len(l.visits)) < l.ends {
		if err := l.book(ctx); err != nil {
			return err
		}
	}
	if status != string(models.SessionHeld) {
		return nil
	}
	if err := l.openLetters(ctx, view); err != nil {
		return err
	}
	if view.PartnerID == nil { // Joint words are looked at together.
		if err := l.lookBack(ctx); err != nil {
			return err
		}
	}
	end := view.EndsAt
	l.plan(end.Add(12*time.Minute), func(ctx context.Context) error { return l.write(ctx, v, end) })
	return nil
}

// write makes the note on a session; it is signed the same evening, but for the newest one of some couples.
func (l *life) write(ctx context.Context, v *visit, end time.Time) error {
	author := l.therapist
	if l.with != "" && v.index%2 == 1 {
		author = l.second
	}
	list := l.w.words.Notes[l.key]
	if len(list) == 0 {
		list = l.w.words.Notes[l.noteLang()]
	}
	if l.noted >= len(list) && len(l.w.words.Notes[l.key]) > 0 {
		list = l.w.words.Notes[l.noteLang()]
	}
	body := list[(l.noted+len(l.key))%len(list)]
	if l.w.words.Notes[l.key] != nil && l.noted < len(l.w.words.Notes[l.key]) {
		body = l.w.words.Notes[l.key][l.noted]
	}
	l.noted++
	if _, err := l.svc.WriteNote(ctx, author, v.view.ID, body, 0); err != nil {
		return err
	}
	newest := end.After(l.w.day(Days - l.every))
	if newest && l.unsigned {
		return nil
	}
	l.plan(end.Add(31*time.Minute), func(ctx context.Context) error {
		if _, err := l.svc.SignNote(ctx, author, v.view.ID); err != nil {
			return err
		}
		if author.ID == l.therapist.ID || newest { // The supervisor has not come to the last one yet.
			return nil
		}
		l.plan(l.w.clockOf(end.AddDate(0, 0, 2), 12, 15), func(ctx context.Context) error {
			_, err := l.svc.SignNote(ctx, l.therapist, v.view.ID)
			return err
		})
		return nil
	})
	return nil
}

func (l *life) noteLang() string {
	if l.house == "oever" {
		return "en"
	}
	return "nl"
}
