package care

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// raiseAlert asks the couple's therapists to look at something: it stands on their desk until one of them has seen it, and
// each gets a neutral message. Nothing of it ever shows to a partner, not even in the record of who looked. What an answer
// or a private word says goes through raisePrivate: a kind stands in plaintext.
func (t *txn) raiseAlert(kind string, coupleID, partnerID, subjectID uuid.UUID) error {
	alert := models.Alert{
		Row: models.NewRow(t.PracticeID), Kind: kind, CoupleID: ref(coupleID), PartnerID: ref(partnerID), SubjectID: ref(subjectID), CreatedAt: t.now,
	}
	t.note(act{verb: "create", object: "alert", objectID: alert.ID, coupleID: coupleID, partnerID: partnerID, restricted: true})
	return t.writeAlert(alert)
}

// alertWorth is how many days a message about an alert is worth sending.
const alertWorth = 7

// writeAlert writes an alert and plans the messages to the couple's therapists. That messages do not reach a member is told to
// the practice's other owners.
func (t *txn) writeAlert(alert models.Alert) error {
	if err := t.DB.Create(&alert).Error; err != nil {
		return err
	}
	var people []uuid.UUID
	if alert.CoupleID != nil {
		therapists, err := models.TherapistsOf(t.DB, *alert.CoupleID)
		if err != nil {
			return err
		}
		for _, th := range therapists {
			people = append(people, th.MemberID)
		}
	} else {
		owners, err := models.ActiveOwners(t.DB)
		if err != nil {
			return err
		}
		people = slices.DeleteFunc(owners, func(id uuid.UUID) bool { return alert.SubjectID != nil && id == *alert.SubjectID })
	}
	cause := alertCause(alert.Kind)
	return t.planFor(cause, alert.ID, "member", people, func(l leads, zone *time.Location) []planned {
		if cause == causeDelivery {
			return deliveryMoments(alert.CreatedAt, l, zone)
		}
		return alertMoments(alert.CreatedAt, l, zone)
	})
}

// The causes of the messages about alerts. That somebody is not reached can wait for the day, all else is told at once.
const (
	causeAlert    = "alert"
	causeDelivery = "delivery"
)

func alertCause(kind string) string {
	if kind == "delivery_failed" {
		return causeDelivery
	}
	return causeAlert
}

// alertMessages makes the neutral messages to a member about an alert that is raised now.
func (t *txn) alertMessages(alertID uuid.UUID, to models.Treating, practice models.Practice) []models.Reminder {
	l := leads{own: to.Leads.V, practice: practice.ReminderLeads.V}
	return t.messages(causeAlert, alertID, recipient{"member", to.MemberID}, alertMoments(t.now, l, practice.Zone()))
}

// AcknowledgeAlert marks an alert as seen; doing it again changes nothing. Faults: not_found for whoever does not treat the
// couple; an alert about no couple is the owner's.
func (s *Service) AcknowledgeAlert(ctx context.Context, actor Actor, id uuid.UUID) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		alert, err := models.FindAlert(t.DB, id)
		if err != nil {
			return err
		}
		couple := uuid.Nil
		if alert.CoupleID == nil {
			if mayManagePractice(actor) != allowed {
				return fault.Missing()
			}
		} else {
			couple = *alert.CoupleID
			// Whoever may not read the file may not know that there is an alert either.
			if _, err := t.coupleFor(couple, readClinical); err != nil {
				return fault.Missing()
			}
		}
		seen, err := models.AcknowledgeAlert(t.DB, id, actor.ID, t.now)
		if err != nil || !seen {
			return err
		}
		if err := t.dropReminders(alertCause(alert.Kind), []uuid.UUID{id}, "done"); err != nil {
			return err
		}
		t.note(act{verb: "acknowledge", object: "alert", objectID: id, coupleID: couple, restricted: true})
		return nil
	})
}

// watchAlerts passes on what nobody has seen after the practice's hours: an alert of the two highest levels goes to the duty
// contact, or the owners where there is none, as one more neutral message. Each alert is looked at once, whatever its level,
// so that running it again sends nothing twice and the row does not tell which it was.
func (s *Service) watchAlerts(ctx context.Context, practiceID uuid.UUID) error {
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		list, err := models.UnreadAlerts(t.DB, t.now.Add(-practice.AlertDelay()))
		if err != nil || len(list) == 0 {
			return err
		}
		duty, err := t.dutyMembers(practice)
		if err != nil {
			return err
		}
		ids := make([]uuid.UUID, len(list))
		var rows []models.Reminder
		for i, a := range list {
			ids[i] = a.ID
			level, err := t.alertLevel(a)
			if err != nil {
				return err
			}
			t.note(act{verb: "read", object: "alert", objectID: a.ID, coupleID: *a.CoupleID, restricted: true})
			if level > levelWeek {
				continue
			}
			passed := []planned{{momentPassed, a.CreatedAt, t.now, t.now.AddDate(0, 0, alertWorth)}}
			for _, member := range duty {
				rows = append(rows, t.messages(causeAlert, a.ID, recipient{"member", member}, passed)...)
			}
		}
		if err := t.plan(rows); err != nil {
			return err
		}
		return models.ConsiderAlerts(t.DB, ids, t.now)
	})
}

// dutyMembers are who hears of an alert that nobody has seen.
func (t *txn) dutyMembers(practice models.Practice) ([]uuid.UUID, error) {
	if practice.DutyMemberID != nil {
		m, err := models.FindMember(t.DB, *practice.DutyMemberID)
		if err != nil {
			return nil, err
		}
		if m.Status == "active" {
			return []uuid.UUID{m.ID}, nil
		}
	}
	return models.ActiveOwners(t.DB)
}

// alertLevel says how urgent an alert is. One whose writer was erased tells nothing any more.
func (t *txn) alertLevel(a models.Alert) (int, error) {
	if a.Kind != models.AlertPrivate {
		return plainLevel(a.Kind), nil
	}
	var d alertDetail
	ok, err := t.openJSON(alertPlace(a), a.Detail, &d)
	if err != nil || !ok {
		return levelNone, err
	}
	return d.Level, nil
}
