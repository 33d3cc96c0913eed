package care

import (
	"context"

	"github.com/google/uuid"
)

// CoupleResponses lists what the couple's therapist may read, newest first. Each is audited.
func (s *Service) CoupleResponses(ctx context.Context, actor Actor, coupleID uuid.UUID, page Page) (List[ResponseView], error) {
	return List[ResponseView]{}, errUnbuilt
}

// RevealResponse opens the in_session questions of an answer to the other partner, in a session; logged and not undone.
func (s *Service) RevealResponse(ctx context.Context, actor Actor, responseID uuid.UUID) (ResponseView, error) {
	return ResponseView{}, errUnbuilt
}

// WidenAudience lets the writer, and nobody else, open one own answer to more readers. Faults: invalid when it would narrow.
func (s *Service) WidenAudience(ctx context.Context, actor Actor, responseID uuid.UUID, question, audience string) (ResponseView, error) {
	return ResponseView{}, errUnbuilt
}
