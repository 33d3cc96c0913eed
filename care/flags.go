package care

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// The levels of urgency of the content brief 6.2: 0 now, 1 within a week, 2 within a month, 3 within three months.
const (
	levelNow     = 0
	levelWeek    = 1
	levelMonth   = 2
	levelQuarter = 3
)

// alertDetail is what a private alert keeps sealed under its partner's key: where it comes from and what that asks for. The
// texts are not in it; they are those of the form that was answered.
type alertDetail struct {
	Kind      string    `json:"kind"` // flag, not_free, worries.
	Level     int       `json:"level"`
	FormID    uuid.UUID `json:"form"`
	Response  uuid.UUID `json:"response"`
	Agreement uuid.UUID `json:"agreement"`
	Flags     []string  `json:"flags,omitempty"`
	Band      string    `json:"band,omitempty"` // of an instrument that asks for a look by itself.
	Days      int       `json:"days,omitempty"` // within how many days, where the band says so.
	Screening bool      `json:"screening,omitempty"`
	Reach     string    `json:"reach,omitempty"` // how the writer wants to be reached about it, when asked.
	Pad       string    `json:"pad"`
}

// reachQuestion is the choice in private questions of how one wants to be reached about them.
const reachQuestion = "reach"

// What a private alert can be about.
const (
	alertFlag    = "flag"
	alertNotFree = "not_free"
	alertWorries = "worries"
)

func alertPlace(a models.Alert) place {
	return place{keyPerson, *a.PartnerID, "alerts", "detail", a.ID}
}

// detailSize is the step to which a sealed detail is filled up, so that its length does not tell how much was raised.
const detailSize = 1024

// sealDetail seals what an alert is about.
func (t *txn) sealDetail(a models.Alert, d alertDetail) (models.Sealed, error) {
	raw, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	if short := len(raw) % detailSize; short > 0 {
		d.Pad = padding(detailSize - short)
	}
	return t.sealJSON(alertPlace(a), d)
}

func padding(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = '.'
	}
	return string(out)
}

// raised is what a completion asks of the couple's therapists.
type raised struct {
	alert *models.Alert // nil for nothing.
	pause *time.Time    // from when on the homework stops coming.
}

// raise looks at what the answers ask for: one private alert for all of it, and the pause that a flag wants. An answer that
// only the writer may read asks nothing of anybody, whatever its exercise says. The caller has the writer's key at hand.
func (t *txn) raise(c completion) (raised, error) {
	var out raised
	d := alertDetail{Kind: alertFlag, Level: levelQuarter, FormID: c.task.FormID, Response: c.response.ID, Screening: c.task.Discreet}
	urgent := func(level int) { d.Level = min(d.Level, level) }
	for _, f := range c.form.Raised(c.clean) {
		if f.Do == library.DoOffer || !mayRaise(c.form, f) {
			continue
		}
		d.Flags = append(d.Flags, f.ID)
		urgent(f.Level)
		if f.Do == library.DoPause {
			at := nextNight(t.now, t.actor.Zone)
			out.pause = &at
		}
	}
	if band, low := lowScore(c.form, c.clean); low && mayRaise(c.form, library.Flag{Score: true}) {
		d.Band, d.Days = band.ID, band.WithinDays
		urgent(levelMonth)
		if d.Days > 0 && d.Days <= 7 {
			urgent(levelWeek)
		}
	}
	if len(d.Flags) == 0 && d.Band == "" {
		return out, nil
	}
	if q, ok := c.form.Question(reachQuestion); ok && q.Audience != library.AudienceMe {
		d.Reach = c.clean.Text(reachQuestion)
	}
	alert, err := t.privateAlert(c.task.CoupleID, c.task.PartnerID, d)
	out.alert = &alert
	return out, err
}

// mayRaise tells whether a therapist may learn of what a flag looks at: not of an answer that is the writer's alone, be it
// by the exercise or because it was assigned that way.
func mayRaise(form *library.Exercise, f library.Flag) bool {
	if !f.Score {
		q, ok := form.Question(f.Question)
		return ok && q.Audience != library.AudienceMe
	}
	return !slices.ContainsFunc(form.Questions, func(q library.Question) bool { return !q.Unscored && q.Audience == library.AudienceMe })
}

// lowScore gives the band of the score when the instrument says that it should be talked about soon.
func lowScore(form *library.Exercise, clean library.Answers) (library.Band, bool) {
	if form.Scoring == nil {
		return library.Band{}, false
	}
	score, ok := form.Score(clean)
	if !ok {
		return library.Band{}, false
	}
	band, ok := form.Scoring.Band(score.Band)
	return band, ok && band.NotifyTherapist
}

// privateAlert makes an alert about a partner with its detail sealed; it is not written yet. Its making is on the record
// where no partner sees it.
func (t *txn) privateAlert(coupleID, partnerID uuid.UUID, d alertDetail) (models.Alert, error) {
	alert := models.Alert{Row: models.NewRow(t.PracticeID), Kind: models.AlertPrivate, CoupleID: ref(coupleID), PartnerID: ref(partnerID), CreatedAt: t.now}
	var err error
	if alert.Detail, err = t.sealDetail(alert, d); err != nil {
		return alert, err
	}
	t.note(act{verb: "create", object: "alert", objectID: alert.ID, coupleID: coupleID, partnerID: partnerID, restricted: true})
	return alert, nil
}

// raisePrivate writes an alert with a sealed detail and tells the couple's therapists.
func (t *txn) raisePrivate(coupleID, partnerID uuid.UUID, d alertDetail) error {
	alert, err := t.privateAlert(coupleID, partnerID, d)
	if err != nil {
		return err
	}
	return t.writeAlert(alert)
}

// nextNight is the next four o'clock in the morning: what stops because of an answer stops then, so that nobody can tell by
// the moment whose answer it was, or that it was one.
func nextNight(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	at := moment(models.DayOf(local), "04:00", zone)
	if !at.After(now) {
		at = moment(models.DayOf(local.AddDate(0, 0, 1)), "04:00", zone)
	}
	return at
}

// SentView is what the writer reads right after sending: the same for everybody, and the offers that the own answers call
// for. It depends on nothing the other did.
type SentView struct {
	TaskID    uuid.UUID
	Offers    []string // kind words, in the writer's language.
	Helplines []models.Helpline
}

// offered is how long after sending the offers are shown. Later the page is as bare as for anyone: whoever picks up the
// phone and goes back in its history must not read there what was answered.
const offered = 5 * time.Minute

// Sent gives the page after sending one's own task: offers are worked out anew from the own answer, kept nowhere, and go with
// the moment. Faults: not_found.
func (s *Service) Sent(ctx context.Context, actor Actor, taskID uuid.UUID) (SentView, error) {
	view := SentView{TaskID: taskID}
	if !actor.Partner() || !actor.Full() {
		return view, fault.Missing()
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		task, err := models.TaskOf(t.DB, partner.ID, taskID)
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		view.Helplines = practice.Helplines.V
		t.note(act{verb: "read", object: "task", objectID: task.ID, partnerID: partner.ID, restricted: task.Discreet})
		response, found, err := models.OwnResponse(t.DB, task.ID)
		if err != nil || !found || t.now.Sub(response.SubmittedAt) > offered {
			return err
		}
		forms, err := t.forms(response.FormID)
		if err != nil {
			return err
		}
		var answers library.Answers
		if ok, err := t.openJSON(answersPlace(response), response.Answers, &answers); err != nil || !ok {
			return err
		}
		for _, f := range taskForm(forms[response.FormID], task, partner.Role).Raised(answers) {
			if f.Do == library.DoOffer {
				view.Offers = append(view.Offers, f.Text.In(string(actor.Locale)))
			}
		}
		return nil
	})
	return view, err
}
