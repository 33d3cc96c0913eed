package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// EarlierResponse is what an answer to an instrument is compared with.
type EarlierResponse struct {
	LookBackDays int       // the period that this answer's questions asked about.
	Earlier      *Response // the same writer's answer to the same exercise the time before; nil for the first time.
}

// EarlierResponses finds, for answers, those of the same writer to the same exercise just before, in one statement. Private
// questions are compared with nothing, and nothing with them.
func EarlierResponses(tx *gorm.DB, ids []uuid.UUID) (map[uuid.UUID]EarlierResponse, error) {
	var rows []struct {
		Of                uuid.UUID
		LookBackDays      int
		PracticeID        uuid.UUID
		PartnerID         uuid.UUID
		ID                *uuid.UUID
		FormID            *uuid.UUID
		SubmittedAt       *time.Time
		Answers           Sealed
		Audiences         JSON[map[string]string]
		RevealedAt        *time.Time
		SessionRevealedAt *time.Time
	}
	err := tx.Raw(`select r.id as of, t.look_back_days, r.practice_id, r.partner_id, e.id, e.form_id, e.submitted_at, e.answers, e.audiences, e.revealed_at, e.session_revealed_at
		from responses r
		join tasks t on (t.practice_id, t.id) = (r.practice_id, r.task_id)
		join exercise_forms f on (f.practice_id, f.id) = (r.practice_id, r.form_id)
		left join lateral (
			select b.id, b.form_id, b.submitted_at, b.answers, b.audiences, b.revealed_at, b.session_revealed_at
			from responses b
			join tasks bt on (bt.practice_id, bt.id) = (b.practice_id, b.task_id)
			join exercise_forms bf on (bf.practice_id, bf.id) = (b.practice_id, b.form_id)
			where b.practice_id = r.practice_id and b.couple_id = r.couple_id and b.partner_id = r.partner_id and b.submitted_at < r.submitted_at
				and bf.exercise_id = f.exercise_id and not bt.discreet and not t.discreet
			order by b.submitted_at desc limit 1) e on true
		where r.id in ?`, ids).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]EarlierResponse, len(rows))
	for _, row := range rows {
		found := EarlierResponse{LookBackDays: row.LookBackDays}
		if row.ID != nil {
			found.Earlier = &Response{
				Row: Row{PracticeID: row.PracticeID, ID: *row.ID}, PartnerID: row.PartnerID, FormID: *row.FormID, SubmittedAt: *row.SubmittedAt,
				Answers: row.Answers, Audiences: row.Audiences, RevealedAt: row.RevealedAt, SessionRevealedAt: row.SessionRevealedAt,
			}
		}
		out[row.Of] = found
	}
	return out, nil
}
