package models

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// LockMessages lets one transaction at a time write, show or take back messages of a couple, until it ends: what is read and
// what can still be taken back never cross.
func LockMessages(tx *gorm.DB, coupleID uuid.UUID) error {
	return tx.Exec(`select pg_advisory_xact_lock(hashtextextended('messages ' || ?, 0))`, coupleID.String()).Error
}

// inThread narrows to a thread of a couple; a nil partner means the joint one.
func inThread(tx *gorm.DB, coupleID uuid.UUID, partnerID *uuid.UUID) *gorm.DB {
	tx = tx.Where("couple_id = ? and taken_back_at is null", coupleID)
	if partnerID == nil {
		return tx.Where("partner_id is null")
	}
	return tx.Where("partner_id = ?", *partnerID)
}

// MessagesOf reads a part of a thread, newest first, without what was taken back.
func MessagesOf(tx *gorm.DB, coupleID uuid.UUID, partnerID *uuid.UUID, offset, limit int) ([]Message, error) {
	var list []Message
	err := inThread(tx, coupleID, partnerID).Order("sent_at desc, id desc").Offset(offset).Limit(limit).Find(&list).Error
	return list, err
}

// FindMessage reads one message, taken back or not.
func FindMessage(tx *gorm.DB, id uuid.UUID) (Message, error) {
	var m Message
	err := tx.Where("id = ?", id).Take(&m).Error
	return m, err
}

// AddMessage writes a message; made is false when one with its id is there already.
func AddMessage(tx *gorm.DB, m *Message) (made bool, err error) {
	r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(m)
	return r.RowsAffected == 1, r.Error
}

// TakeBackMessage hides a message from everybody.
func TakeBackMessage(tx *gorm.DB, id uuid.UUID, now time.Time) error {
	return tx.Model(&Message{}).Where("id = ?", id).Update("taken_back_at", now).Error
}

// ReadsOf reads who was shown messages.
func ReadsOf(tx *gorm.DB, messageIDs ...uuid.UUID) ([]MessageRead, error) {
	var list []MessageRead
	if len(messageIDs) == 0 {
		return nil, nil
	}
	err := tx.Where("message_id in ?", messageIDs).Find(&list).Error
	return list, err
}

// AddReads notes that messages were shown.
func AddReads(tx *gorm.DB, reads []MessageRead) error {
	if len(reads) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&reads).Error
}

// MessageReader is somebody who reads a couple's threads: both partners, and who treats them since a moment.
type MessageReader struct {
	Kind  string
	ID    uuid.UUID
	Since time.Time
}

// MessageReaders reads them.
func MessageReaders(tx *gorm.DB, coupleID uuid.UUID) ([]MessageReader, error) {
	var list []MessageReader
	err := tx.Raw(`select 'partner' as kind, id, created_at as since from partners where couple_id = ?
		union all select 'member', member_id, created_at from couple_therapists where couple_id = ? order by kind, id`, coupleID, coupleID).Scan(&list).Error
	return list, err
}

// unread is a message that a reader was not shown: not one's own, and not what a partner may not read. For a member it counts
// from when the member came to treat the couple, and before that what nobody of the practice was shown.
const unread = `m.taken_back_at is null and m.author_id <> @reader and (m.partner_id is null or m.partner_id = @reader or @kind = 'member')
	and not exists (select from message_reads r where r.practice_id = m.practice_id and r.message_id = m.id and r.reader_id = @reader)
	and (@kind = 'partner' or m.sent_at >= @since or m.author_kind = 'partner'
		and not exists (select from message_reads r where r.practice_id = m.practice_id and r.message_id = m.id and r.reader_kind = 'member'))`

func unreadArgs(coupleID uuid.UUID, r MessageReader) map[string]any {
	return map[string]any{"couple": coupleID, "reader": r.ID, "kind": r.Kind, "since": r.Since}
}

// FillBox brings a reader's box in line with what the reader was not shown. A box comes with the first thing that waits.
func FillBox(tx *gorm.DB, key Row, coupleID uuid.UUID, r MessageReader) error {
	args := unreadArgs(coupleID, r)
	args["practice"], args["id"] = key.PracticeID, key.ID
	return tx.Exec(`insert into message_boxes (practice_id, id, couple_id, reader_kind, reader_id, joint_since, own_since)
		select @practice, @id, @couple, @kind, @reader, min(m.sent_at) filter (where m.partner_id is null), min(m.sent_at) filter (where m.partner_id is not null)
			from messages m where m.couple_id = @couple and `+unread+`
		on conflict on constraint message_boxes_once do update set joint_since = excluded.joint_since, own_since = excluded.own_since
			where (message_boxes.joint_since, message_boxes.own_since) is distinct from (excluded.joint_since, excluded.own_since)`, args).Error
}

// BoxesOf reads what waits for the readers of couples' threads, or for some of them.
func BoxesOf(tx *gorm.DB, coupleIDs []uuid.UUID, readers ...uuid.UUID) ([]MessageBox, error) {
	var list []MessageBox
	tx = tx.Where("couple_id in ?", coupleIDs)
	if len(readers) > 0 {
		tx = tx.Where("reader_id in ?", readers)
	}
	err := tx.Order("id").Find(&list).Error
	return list, err
}

// CouplesWithMessages lists couples in whose threads something waits for somebody, after one, in the order of their ids; for one
// reader alone when a reader is given.
func CouplesWithMessages(tx *gorm.DB, reader, after uuid.UUID, limit int) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	tx = tx.Model(&MessageBox{}).Where("couple_id > ? and (joint_since is not null or own_since is not null)", after)
	if reader != uuid.Nil {
		tx = tx.Where("reader_id = ?", reader)
	}
	err := tx.Distinct("couple_id").Order("couple_id").Limit(limit).Pluck("couple_id", &ids).Error
	return ids, err
}

// MarkReminded sets since when a reminder stands for boxes; nil for none.
func MarkReminded(tx *gorm.DB, boxIDs []uuid.UUID, at *time.Time) error {
	if len(boxIDs) == 0 {
		return nil
	}
	return tx.Model(&MessageBox{}).Where("id in ?", boxIDs).Update("reminded_at", at).Error
}

// BoxReminder is a reminder of what waits in a box that waits itself or went out: not one that was dropped or left out.
type BoxReminder struct {
	BoxID  uuid.UUID
	Moment string
	Sent   bool
}

// BoxReminders reads those that were planned since the boxes say that one stands.
func BoxReminders(tx *gorm.DB, boxIDs []uuid.UUID) ([]BoxReminder, error) {
	var list []BoxReminder
	if len(boxIDs) == 0 {
		return nil, nil
	}
	err := tx.Raw(`select b.id as box_id, r.moment, bool_or(r.state = 'sent') as sent from message_boxes b
		join reminders r on r.practice_id = b.practice_id and r.cause_kind = 'message' and r.cause_id = b.id and r.recipient_id = b.reader_id
		where b.id in ? and r.about_at >= b.reminded_at and r.state in ('planned', 'claimed', 'sent') group by 1, 2`, boxIDs).Scan(&list).Error
	return list, err
}

// ThreadCount is how much of a thread a reader was not shown, and when something was last written in it.
type ThreadCount struct {
	PartnerID *uuid.UUID
	Unread    int
	LastAt    time.Time
}

// CountThreads counts a couple's threads for a reader; a thread without messages has no row.
func CountThreads(tx *gorm.DB, coupleID uuid.UUID, r MessageReader) ([]ThreadCount, error) {
	var list []ThreadCount
	err := tx.Raw(`select m.partner_id, count(*) filter (where `+unread+`) as unread, max(m.sent_at) as last_at
		from messages m where m.couple_id = @couple and m.taken_back_at is null group by m.partner_id`, unreadArgs(coupleID, r)).Scan(&list).Error
	return list, err
}

// FindMessageDraft reads what somebody typed in a thread; found is false for nothing.
func FindMessageDraft(tx *gorm.DB, threadID, writerID uuid.UUID) (d MessageDraft, found bool, err error) {
	r := tx.Where("thread_id = ? and writer_id = ?", threadID, writerID).Limit(1).Find(&d)
	return d, r.RowsAffected == 1, r.Error
}

// SaveMessageDraft writes a draft over the one that is there.
func SaveMessageDraft(tx *gorm.DB, d *MessageDraft) error {
	return tx.Clauses(clause.OnConflict{
		OnConstraint: "message_drafts_once", DoUpdates: clause.AssignmentColumns([]string{"id", "body", "saved_at"}),
	}).Create(d).Error
}

// DropMessageDraft forgets a draft.
func DropMessageDraft(tx *gorm.DB, threadID, writerID uuid.UUID) error {
	return tx.Where("thread_id = ? and writer_id = ?", threadID, writerID).Delete(&MessageDraft{}).Error
}

// BatchMessageWaits tells whether a message waits for a partner, in whichever thread.
func BatchMessageWaits(b Batch, waits *bool, partnerID uuid.UUID) {
	b.Query(func(rows pgx.Rows) error { return rows.Scan(waits) },
		`select exists (select from message_boxes where reader_id = $1 and (joint_since is not null or own_since is not null))`, partnerID)
}
