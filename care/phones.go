package care

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/nyaruka/phonenumbers"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// maxPhone is how long a number may be as it is typed, with spaces and brackets.
const maxPhone = 40

// checkPhone wants a number that exists by the number plan of its country, as people write it in the practice's, and gives it
// in the one form of E.164. To be possible is not enough: a Dutch 06 number typed in Belgium would become some Belgian's.
func checkPhone(c *fault.Collector, location, typed, country string) string {
	typed = strings.TrimSpace(typed)
	switch {
	case typed == "":
		return ""
	case len(typed) > maxPhone:
		c.Add(location, "error.field.too_long", map[string]any{"Max": maxPhone})
		return ""
	case !plainLine(typed):
		c.Add(location, "error.field.control", nil)
		return ""
	}
	number, err := phonenumbers.Parse(typed, country)
	if err != nil || !phonenumbers.IsValidNumber(number) || number.GetExtension() != "" {
		c.Add(location, "channels.field.phone", nil)
		return ""
	}
	return phonenumbers.Format(number, phonenumbers.E164)
}

// takesTexts tells whether a number of ours is one that a text can be sent to: not one that is known to hang on a wall. Numbers
// from before they were checked are none.
func takesTexts(number string) bool {
	if !strings.HasPrefix(number, "+") {
		return false
	}
	parsed, err := phonenumbers.Parse(number, "ZZ")
	if err != nil || !phonenumbers.IsValidNumber(parsed) || phonenumbers.Format(parsed, phonenumbers.E164) != number {
		return false
	}
	switch phonenumbers.GetNumberType(parsed) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return true
	}
	return false
}

// PhoneView is a partner's own number.
type PhoneView struct {
	Phone   string `json:"phone"`
	Offered bool   `json:"offered"` // text messages can be sent from here at all.
}

// Phone gives the acting partner's own number. Faults: not_found for anyone else.
func (s *Service) Phone(ctx context.Context, actor Actor) (PhoneView, error) {
	out := PhoneView{Offered: s.Texter != nil}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		p, err := t.ownPartner()
		if err != nil {
			return err
		}
		out.Phone, err = t.openText(partnerPhone(p), p.Phone)
		return err
	})
	return out, err
}

// ChangePhone changes the acting partner's own number; an empty one takes it away. Faults: invalid (field phone).
func (s *Service) ChangePhone(ctx context.Context, actor Actor, phone string) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		p, err := t.ownPartner()
		if err != nil {
			return err
		}
		return t.changePhone(p, phone)
	})
}

// ChangePartnerPhone is ChangePhone by those who know the couple's contact. Faults: not_found, forbidden, invalid.
func (s *Service) ChangePartnerPhone(ctx context.Context, actor Actor, coupleID, partnerID uuid.UUID, phone string) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		p, err := t.partnerIn(coupleID, partnerID)
		if err != nil {
			return err
		}
		return t.changePhone(p, phone)
	})
}

func (t *txn) changePhone(p models.Partner, typed string) error {
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	var c fault.Collector
	phone := checkPhone(&c, "phone", typed, practice.Country)
	if err := c.Err(); err != nil {
		return err
	}
	before, err := t.openText(partnerPhone(p), p.Phone)
	if err != nil || before == phone {
		return err
	}
	var sealed models.Sealed
	if phone != "" {
		if sealed, err = t.seal(partnerPhone(p), []byte(phone)); err != nil {
			return err
		}
	}
	if err := models.SetPhone(t.DB, p.ID, sealed); err != nil {
		return err
	}
	if err := t.recallReminders(p.ID); err != nil {
		return err
	}
	t.note(act{verb: "change", object: "phone", objectID: p.ID, partnerID: p.ID})
	return t.revive("partner", p.ID, channelText)
}
