package care

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// CoupleResponses lists what the couple's therapist may read, newest first; reading is audited per partner. An answer of
// which the therapist may read nothing stands there with its questions hidden: that it was done is known (design, section 4).
func (s *Service) CoupleResponses(ctx context.Context, actor Actor, coupleID uuid.UUID, page Page) (List[ResponseView], error) {
	var out List[ResponseView]
	offset, limit, err := page.window()
	if err != nil {
		return out, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, readClinical)
		if err != nil {
			return err
		}
		partners, err := models.PartnersOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		names, err := t.partnerNames(partners...)
		if err != nil {
			return err
		}
		rows, err := models.ResponsesOf(t.DB, couple.ID, offset, limit+1)
		if err != nil {
			return err
		}
		views, err := t.therapistViews(rows, partners)
		if err != nil {
			return err
		}
		for i := range views {
			views[i].PartnerName = names[views[i].PartnerID]
			t.note(act{verb: "read", object: "response", objectID: views[i].ID, partnerID: views[i].PartnerID})
		}
		out = more(views, offset, limit)
		return nil
	})
	return out, err
}

// CoupleResponse gives one answer of a couple as its therapists may read it. Faults: not_found, forbidden.
func (s *Service) CoupleResponse(ctx context.Context, actor Actor, coupleID, id uuid.UUID) (ResponseView, error) {
	var view ResponseView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, readClinical)
		if err != nil {
			return err
		}
		r, err := models.FindResponse(t.DB, id)
		if err != nil {
			return err
		}
		writer, err := models.FindPartner(t.DB, r.PartnerID)
		if err != nil {
			return err
		}
		if r.CoupleID != couple.ID {
			return fault.Missing()
		}
		names, err := t.partnerNames(writer)
		if err != nil {
			return err
		}
		task, err := models.TaskOf(t.DB, writer.ID, r.TaskID)
		if err != nil {
			return err
		}
		views, err := t.therapistViews([]models.Response{r}, []models.Partner{writer})
		if err != nil {
			return err
		}
		view = views[0]
		view.PartnerName = names[writer.ID]
		t.note(act{verb: "read", object: "response", objectID: r.ID, partnerID: r.PartnerID, restricted: task.Discreet})
		return nil
	})
	return view, err
}

// therapistViews opens answers for the therapist with one statement for forms and one for keys.
func (t *txn) therapistViews(rows []models.Response, partners []models.Partner) ([]ResponseView, error) {
	var formIDs []uuid.UUID
	var sealed []models.Sealed
	for _, r := range rows {
		formIDs, sealed = append(formIDs, r.FormID), append(sealed, r.Answers)
	}
	forms, err := t.forms(formIDs...)
	if err != nil {
		return nil, err
	}
	if err := t.warm(sealed...); err != nil {
		return nil, err
	}
	role := map[uuid.UUID]string{}
	for _, p := range partners {
		role[p.ID] = p.Role
	}
	views := make([]ResponseView, 0, len(rows))
	for _, r := range rows {
		v, err := t.responseView(r, forms[r.FormID].ForRole(role[r.PartnerID]), readerTherapist)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	outcomes := make([]compared, len(rows))
	for i, r := range rows {
		outcomes[i] = compared{r.ID, &views[i], role[r.PartnerID], readerTherapist}
	}
	return views, t.compareOutcomes(outcomes...)
}

// RevealResponse opens the in_session questions of an answer to the other partner, in a session; logged and not undone.
// Faults: not_found, forbidden, conflict when there is nothing to open, the writer has stepped back or a safety hold stands.
func (s *Service) RevealResponse(ctx context.Context, actor Actor, responseID uuid.UUID) (ResponseView, error) {
	var view ResponseView
	if actor.Partner() { // Forbidden would tell a partner that the other has answered.
		return view, fault.Missing()
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		r, err := models.FindResponse(t.DB, responseID)
		if err != nil {
			return err
		}
		couple, err := t.coupleFor(r.CoupleID, decide)
		if err != nil {
			return err
		}
		if _, err := models.LockOccurrence(t.DB, r.OccurrenceID); err != nil {
			return err
		}
		if r, err = models.FindResponse(t.DB, responseID); err != nil {
			return err
		}
		writer, err := models.FindPartner(t.DB, r.PartnerID)
		if err != nil {
			return err
		}
		if couple.SafetyHoldAt != nil { // Nothing is opened to the other while somebody may not be safe.
			return fault.New(fault.Conflict, "safety.held")
		}
		if r.SessionRevealedAt != nil || !hasAudience([]models.Response{r}, library.AudienceInSession) || !writer.TakesPart() || couple.Status == models.CoupleSeparated {
			return fault.New(fault.Conflict, "error.nothing_to_reveal")
		}
		if err := t.Model(&models.Response{}).Where("id = ?", r.ID).Updates(map[string]any{"session_revealed_at": t.now, "version": r.Version + 1}).Error; err != nil {
			return err
		}
		r.SessionRevealedAt, r.Version = &t.now, r.Version+1
		t.note(act{verb: "reveal", object: "response", objectID: r.ID, partnerID: r.PartnerID})
		views, err := t.therapistViews([]models.Response{r}, []models.Partner{writer})
		if err != nil {
			return err
		}
		view = views[0]
		return nil
	})
	return view, err
}

// WidenAudience lets the writer, and nobody else, open one own answer to more readers; to the other partner only while the two
// work together. Faults: not_found, invalid when it would narrow, conflict with the one neutral text while joint work stands
// still.
func (s *Service) WidenAudience(ctx context.Context, actor Actor, responseID uuid.UUID, question, audience string) (ResponseView, error) {
	var view ResponseView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		r, err := models.FindResponse(t.DB, responseID)
		if err != nil {
			return err
		}
		if r.PartnerID != partner.ID {
			return fault.Missing()
		}
		if _, err := models.LockOccurrence(t.DB, r.OccurrenceID); err != nil {
			return err
		}
		if r, err = models.FindResponse(t.DB, responseID); err != nil {
			return err
		}
		now, known := r.Audiences.V[question]
		if !known || !mayWiden(library.Audience(now), library.Audience(audience)) {
			return fault.Fieldf("audience", "error.field.wider", nil)
		}
		if library.Audience(audience) == library.AudienceBoth { // The other reads it at once: that is joint work.
			couple, err := models.FindCouple(t.DB, r.CoupleID)
			if err != nil {
				return err
			}
			if err := t.mustWorkJointly(couple); err != nil {
				return err
			}
		}
		r.Audiences.V[question] = audience
		if err := t.Model(&models.Response{}).Where("id = ?", r.ID).Updates(map[string]any{"audiences": r.Audiences, "version": r.Version + 1}).Error; err != nil {
			return err
		}
		r.Version++
		t.note(act{verb: "widen", object: "response", objectID: r.ID, partnerID: partner.ID})
		forms, err := t.forms(r.FormID)
		if err != nil {
			return err
		}
		view, err = t.responseView(r, forms[r.FormID].ForRole(partner.Role), readerWriter)
		return err
	})
	return view, err
}
