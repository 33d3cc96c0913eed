package care

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"errors"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/sms"
	"tussentijds/models"
)

// textMAC is how many octets of the MAC a text message's id carries.
const textMAC = 12

// textID names a reminder's text message for the gateway: the same row is the same message, also after a crash. What the
// gateway tells afterwards finds the row by it. It holds ids and is signed.
func (s *Service) textID(practiceID, reminder uuid.UUID) string {
	raw := append(append([]byte{}, practiceID[:]...), reminder[:]...)
	return base64.RawURLEncoding.EncodeToString(append(raw, s.Master.MAC("text-id", raw)[:textMAC]...))
}

func (s *Service) readTextID(id string) (practiceID, reminder uuid.UUID, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil || len(raw) != 32+textMAC || !hmac.Equal(raw[32:], s.Master.MAC("text-id", raw[:32])[:textMAC]) {
		return uuid.Nil, uuid.Nil, false
	}
	return uuid.UUID(raw[:16]), uuid.UUID(raw[16:32]), true
}

// TextReceipt is what a gateway posted, with its three headers.
type TextReceipt = sms.Signed

// NoteTextReceipt notes what the gateway told of a text message: that it arrived, or that it did not; a number that takes no
// messages for good is given up and the practice is told. Telling it again changes nothing. Faults: not_found where there is
// no gateway, unauthenticated without a good signature of now, invalid for what cannot be read or is no message of ours.
func (s *Service) NoteTextReceipt(ctx context.Context, in TextReceipt) error {
	if s.Texter == nil || s.ReceiptSecret == "" {
		return fault.Missing()
	}
	receipt, err := sms.Read([]byte(s.ReceiptSecret), in, s.Clock.Now())
	switch {
	case errors.Is(err, sms.ErrUnsigned):
		return fault.New(fault.Unauthenticated, "")
	case err != nil:
		return fault.New(fault.Invalid, "")
	}
	practiceID, id, ok := s.readTextID(receipt.ID)
	if !ok {
		return fault.New(fault.Invalid, "")
	}
	if !receipt.Final {
		return nil
	}
	delivery := "failed"
	if receipt.Delivered {
		delivery = "delivered"
	}
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		r, news, err := models.NoteReceipt(t.DB, id, delivery)
		if err != nil || !news {
			return err
		}
		if !receipt.Delivered {
			return t.noteBounce(r.RecipientKind, r.RecipientID, channelText, "failed", receipt.Permanent)
		}
		_, err = models.ReviveChannel(t.DB, r.RecipientKind, r.RecipientID, channelText, &t.now)
		return err
	})
}
