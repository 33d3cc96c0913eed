package web

import (
	"bytes"

	"github.com/gofiber/fiber/v2"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

// maxReceipt is far above what a receipt holds.
const maxReceipt = 16 << 10

// textReceipt takes what a gateway tells of a text message. The signature in its headers says who it is. The body is read as it
// came: what is packed stays packed, and does not fit its signature.
func (s *Site) textReceipt(r *Request) error {
	body := r.Request().Body()
	if len(body) > maxReceipt {
		return r.SendStatus(fiber.StatusRequestEntityTooLarge)
	}
	err := s.care.NoteTextReceipt(r.Context(), care.TextReceipt{
		ID: r.Get("webhook-id"), Timestamp: r.Get("webhook-timestamp"), Signature: r.Get("webhook-signature"), Body: bytes.Clone(body),
	})
	if err == nil {
		return r.SendStatus(fiber.StatusNoContent)
	}
	f := fault.From(err)
	if f.Code == fault.Internal {
		s.opts.Log.Error("a receipt was not taken", "code", string(f.Code))
	}
	return r.Status(f.Code.Status()).JSON(fiber.Map{"code": string(f.Code), "detail": locale.For(locale.EN).T(f.MessageKey(), f.Args)})
}
