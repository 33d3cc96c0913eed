package models

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// SessionScope says which sessions one may know of, and which of those one asks for.
type SessionScope struct {
	CoupleID  uuid.UUID // of one couple.
	PartnerID uuid.UUID // conjoint ones, and this partner's own individual ones.
	KnownTo   uuid.UUID // of the couples this member treats, and those the member gives.
	MemberID  uuid.UUID // given by this member.
	From      time.Time // not over before.
	Until     time.Time // begun before.
}

// Sessions reads sessions, earliest first.
func Sessions(tx *gorm.DB, s SessionScope, offset, limit int) ([]Session, error) {
	q := tx.Order("starts_at, id").Offset(offset).Limit(limit)
	if s.CoupleID != uuid.Nil {
		q = q.Where("couple_id = ?", s.CoupleID)
	}
	if s.PartnerID != uuid.Nil {
		q = q.Where("(kind = 'conjoint' or partner_id = ?)", s.PartnerID)
	}
	if s.KnownTo != uuid.Nil {
		q = q.Where("(couple_id in (select couple_id from couple_therapists where member_id = ?) or therapists @> ?::jsonb)", s.KnownTo, jsonID(s.KnownTo))
	}
	if s.MemberID != uuid.Nil {
		q = q.Where("therapists @> ?::jsonb", jsonID(s.MemberID))
	}
	if !s.From.IsZero() {
		q = q.Where("ends_at > ?", s.From)
	}
	if !s.Until.IsZero() {
		q = q.Where("starts_at < ?", s.Until)
	}
	var list []Session
	err := q.Find(&list).Error
	return list, err
}

func jsonID(id uuid.UUID) string { return `["` + id.String() + `"]` }

// FindSession reads one session.
func FindSession(tx *gorm.DB, id uuid.UUID) (Session, error) {
	var s Session
	err := tx.Where("id = ?", id).Take(&s).Error
	return s, err
}

// LockSession is FindSession, held until the transaction ends.
func LockSession(tx *gorm.DB, id uuid.UUID) (Session, error) {
	return FindSession(tx.Clauses(clause.Locking{Strength: "UPDATE"}), id)
}

// SaveSession writes a session when it is still at its version, and raises the version; saved tells whether it was.
func SaveSession(tx *gorm.DB, s *Session) (saved bool, err error) {
	r := tx.Model(&Session{}).Where("id = ? and version = ?", s.ID, s.Version).Updates(map[string]any{
		"therapists": s.Therapists, "room": s.Room, "starts_at": s.StartsAt, "ends_at": s.EndsAt, "status": s.Status, "version": s.Version + 1, "changed_at": s.ChangedAt,
	})
	if r.Error != nil || r.RowsAffected == 0 {
		return false, r.Error
	}
	s.Version++
	return true, nil
}

// TakeSlots books what a session takes up, in one statement. A double booking breaks session_slots_no_overlap, whatever
// runs at the same time. Bookings of the same thing queue behind each other first: two that insert at once would each wait
// for the other's row, and only PostgreSQL's deadlock check would part them, a second later.
func TakeSlots(tx *gorm.DB, s Session, slots []SessionSlot) error {
	if len(slots) == 0 {
		return nil
	}
	var things, values []string
	var args []any
	for _, slot := range slots {
		things = append(things, s.PracticeID.String()+slot.Kind+strings.ReplaceAll(slot.Resource, "\n", " "))
		values = append(values, "(?, ?, ?, ?, ?, tstzrange(?, ?, '[)'))")
		args = append(args, s.PracticeID, NewID(), s.ID, slot.Kind, slot.Resource, s.StartsAt, s.EndsAt)
	}
	lock := `select pg_advisory_xact_lock(hashtextextended(thing, 0)) from (select unnest(string_to_array(?, chr(10))) as thing order by 1) things`
	if err := tx.Exec(lock, strings.Join(things, "\n")).Error; err != nil {
		return err
	}
	return tx.Exec(`insert into session_slots (practice_id, id, session_id, kind, resource, during) values `+strings.Join(values, ", "), args...).Error
}

// FreeSlots gives back what a session took up.
func FreeSlots(tx *gorm.DB, sessionID uuid.UUID) error {
	return tx.Where("session_id = ?", sessionID).Delete(&SessionSlot{}).Error
}

// NotedSessions tells which of the sessions have a note, among those of couples that the member treats.
func NotedSessions(tx *gorm.DB, sessionIDs []uuid.UUID, memberID uuid.UUID) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	if len(sessionIDs) == 0 {
		return out, nil
	}
	var ids []uuid.UUID
	err := tx.Model(&SessionNote{}).Distinct("session_id").
		Where("session_id in ? and couple_id in (select couple_id from couple_therapists where member_id = ?)", sessionIDs, memberID).
		Pluck("session_id", &ids).Error
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}
