package care

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
)

// levelNone is of an alert that has no deadline: something that did not work, not somebody in need.
const levelNone = 4

// AlertView is what a therapist reads of an alert: how urgent it is, by when, what it says and what can be done.
type AlertView struct {
	ID         uuid.UUID
	Kind       string // flag, not_free, worries, or the alert's own kind.
	Level      int    // 0 now, 1 a week, 2 a month, 3 three months, 4 no deadline.
	Today      bool   // the same day: violence, abuse and thoughts of death do not wait for the deadline.
	Due        *time.Time
	PartnerID  *uuid.UUID
	Partner    string
	Exercise   string     // what was answered.
	ResponseID *uuid.UUID // nil when it was taken back since, or for what is no answer.
	Agreement  *uuid.UUID
	Screening  bool
	Says       []FlagView // the exercise's own words for the therapist.
	Proposes   []library.Do
	Reach      string // how the writer wants to be reached, in the form's words.
	TakenBack  bool
	Erased     bool
	At         time.Time
}

// FlagView is what one flag says to the therapist.
type FlagView struct {
	Do   library.Do
	Text string
}

// plainLevel is the urgency of the kinds that stand in plaintext.
func plainLevel(kind string) int {
	switch kind {
	case "not_free", "screening":
		return levelWeek
	case "instrument_low", "joint_stopped", "agreement_withdrawn":
		return levelMonth
	}
	return levelNone
}

// deadline is the last moment that the level leaves (content brief 6.2).
func deadline(level int, from time.Time) *time.Time {
	var at time.Time
	switch level {
	case levelNow:
		at = from
	case levelWeek:
		at = from.AddDate(0, 0, 7)
	case levelMonth:
		at = from.AddDate(0, 1, 0)
	case levelQuarter:
		at = from.AddDate(0, 3, 0)
	default:
		return nil
	}
	return &at
}

// alertViews opens alerts for a therapist who treats their couples, the most urgent first; each is read on the record where
// no partner sees it. It takes a constant number of statements.
func (t *txn) alertViews(alerts []models.Alert) ([]AlertView, error) {
	if len(alerts) == 0 {
		return nil, nil
	}
	names, err := t.alertNames(alerts)
	if err != nil {
		return nil, err
	}
	details, err := t.alertDetails(alerts)
	if err != nil {
		return nil, err
	}
	var formIDs, responseIDs []uuid.UUID
	for _, d := range details {
		if d.FormID != uuid.Nil {
			formIDs, responseIDs = append(formIDs, d.FormID), append(responseIDs, d.Response)
		}
	}
	forms, err := t.forms(formIDs...)
	if err != nil {
		return nil, err
	}
	live, err := models.RowsByID[models.Response](t.DB, responseIDs, "practice_id", "id")
	if err != nil {
		return nil, err
	}
	views := make([]AlertView, 0, len(alerts))
	for _, a := range alerts {
		v := AlertView{ID: a.ID, Kind: a.Kind, Level: plainLevel(a.Kind), PartnerID: a.PartnerID, At: a.CreatedAt}
		if a.PartnerID != nil {
			v.Partner = names[*a.PartnerID]
		}
		if d, ok := details[a.ID]; ok {
			_, there := live[d.Response]
			v.fill(d, forms[d.FormID], there, string(t.actor.Locale))
		} else if a.Kind == models.AlertPrivate {
			v.Erased, v.Level = true, levelNone
		}
		if v.Due == nil {
			v.Due = deadline(v.Level, a.CreatedAt)
		}
		t.note(act{verb: "read", object: "alert", objectID: a.ID, coupleID: *a.CoupleID, restricted: true})
		views = append(views, v)
	}
	slices.SortStableFunc(views, byUrgency)
	return views, nil
}

func byUrgency(a, b AlertView) int {
	if c := cmp.Compare(a.Level, b.Level); c != 0 {
		return c
	}
	return a.At.Compare(b.At)
}

// alertNames are the partners that alerts are about.
func (t *txn) alertNames(alerts []models.Alert) (map[uuid.UUID]string, error) {
	var ids []uuid.UUID
	for _, a := range alerts {
		if a.PartnerID != nil {
			ids = append(ids, *a.PartnerID)
		}
	}
	rows, err := models.RowsByID[models.Partner](t.DB, ids, "practice_id", "id", "couple_id", "position", "name")
	if err != nil {
		return nil, err
	}
	partners := make([]models.Partner, 0, len(rows))
	for _, p := range rows {
		partners = append(partners, p)
	}
	return t.partnerNames(partners...)
}

// alertDetails opens what private alerts are about, by alert; those of erased partners are left out.
func (t *txn) alertDetails(alerts []models.Alert) (map[uuid.UUID]alertDetail, error) {
	sealed := make([]models.Sealed, 0, len(alerts))
	for _, a := range alerts {
		sealed = append(sealed, a.Detail)
	}
	if err := t.warm(sealed...); err != nil {
		return nil, err
	}
	out := map[uuid.UUID]alertDetail{}
	for _, a := range alerts {
		if a.Kind != models.AlertPrivate || a.PartnerID == nil {
			continue
		}
		var d alertDetail
		ok, err := t.openJSON(alertPlace(a), a.Detail, &d)
		if err != nil {
			return nil, err
		}
		if ok {
			out[a.ID] = d
		}
	}
	return out, nil
}

// fill puts a detail into words with the form that was answered.
func (v *AlertView) fill(d alertDetail, form *library.Exercise, there bool, lang string) {
	v.Kind, v.Level, v.Screening, v.Agreement = d.Kind, d.Level, d.Screening, ref(d.Agreement)
	if d.Days > 0 {
		at := v.At.AddDate(0, 0, d.Days)
		v.Due = &at
	}
	if d.Kind == alertNotFree || d.Kind == alertWorries {
		v.propose(library.DoSession)
	}
	if form == nil {
		return
	}
	v.Exercise = form.Title.In(lang)
	if d.Response != uuid.Nil {
		v.TakenBack = !there
		if there {
			v.ResponseID = ref(d.Response)
		}
	}
	if q, ok := form.Question(reachQuestion); ok && d.Reach != "" {
		for _, o := range q.Options {
			if o.ID == d.Reach {
				v.Reach = o.Label.In(lang)
			}
		}
	}
	for _, f := range form.Flags {
		if slices.Contains(d.Flags, f.ID) {
			v.Says = append(v.Says, FlagView{Do: f.Do, Text: f.Text.In(lang)})
			v.propose(f.Do)
			v.Today = v.Today || f.Do == library.DoHold && f.Level <= levelWeek
		}
	}
	if form.Scoring == nil || d.Band == "" {
		return
	}
	if band, ok := form.Scoring.Band(d.Band); ok { // Its advice speaks to the couple.
		v.Says = append(v.Says, FlagView{Do: library.DoNotify, Text: band.Label.In(lang)})
	}
}

func (v *AlertView) propose(do library.Do) {
	if !slices.Contains(v.Proposes, do) {
		v.Proposes = append(v.Proposes, do)
	}
}
