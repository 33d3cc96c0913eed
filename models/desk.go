package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// HomeworkSince is how much of a couple's homework came in since a moment of its own.
type HomeworkSince struct {
	CoupleID uuid.UUID
	Done     int
	Assigned int
	LastAt   *time.Time
}

// treatedNow selects the couples in therapy that a member treats.
const treatedNow = `select ct.couple_id from couple_therapists ct join couples c on c.practice_id = ct.practice_id and c.id = ct.couple_id
	where ct.member_id = ? and c.status in ('intake', 'active', 'paused')`

// HomeworkSinceSession counts the homework of the couples a member treats since each couple's last held session, or since
// a fixed moment where there was none; stopped tasks and private questions do not count. Most recent first.
func HomeworkSinceSession(tx *gorm.DB, memberID uuid.UUID, otherwise, now time.Time) ([]HomeworkSince, error) {
	var rows []HomeworkSince
	err := tx.Raw(`with since as (
			select own.couple_id, coalesce(max(s.starts_at), ?) as at
			from (`+treatedNow+`) own left join sessions s on s.couple_id = own.couple_id and s.status = 'held' and s.starts_at <= ?
			group by own.couple_id)
		select t.couple_id, count(*) filter (where t.status = 'done') as done, count(*) as assigned, max(t.done_at) as last_at
		from tasks t join since on since.couple_id = t.couple_id
		where t.due_at > since.at and (t.due_at <= ? or t.status = 'done') and t.status in ('open', 'draft', 'done', 'skipped', 'expired') and not t.discreet
		group by t.couple_id order by last_at desc nulls last, t.couple_id`, otherwise, memberID, now, now).Scan(&rows).Error
	return rows, err
}

// Waiting is something of a couple that waits for a member.
type Waiting struct {
	Kind      string // report, reveal, invitation, note, cosign.
	CoupleID  uuid.UUID
	SubjectID uuid.UUID
	At        time.Time
}

// WaitingFor reads what waits for a member besides alerts, oldest first, at most limit of each kind: partners who have not
// come in yet, messages, own unsigned notes and trainees' notes to sign too; and with deciding also drafts of reports, and answers
// that may be opened in a session.
func WaitingFor(tx *gorm.DB, memberID uuid.UUID, deciding bool, limit int) ([]Waiting, error) {
	parts := []string{
		`(select 'invitation' as kind, couple_id, id as subject_id, created_at as at from partners where status = 'invited' and couple_id in (` + treatedNow + `) order by created_at limit ?)`,
		`(select 'note', couple_id, session_id, created_at from session_notes where signed_at is null and author_id = ? order by created_at limit ?)`,
		`(select 'message', b.couple_id, b.id, least(b.joint_since, b.own_since) as at from message_boxes b where b.reader_id = ? and (b.joint_since is not null or b.own_since is not null)
			and exists (select from couple_therapists ct where ct.practice_id = b.practice_id and ct.couple_id = b.couple_id and ct.member_id = b.reader_id) order by at limit ?)`,
		`(select 'cosign', n.couple_id, n.session_id, n.signed_at from session_notes n join members m on m.id = n.author_id
			where n.signed_at is not null and n.cosigned_at is null and m.role = 'trainee' and m.supervisor_id = ? order by n.signed_at limit ?)`,
	}
	if deciding {
		parts = append(parts,
			`(select 'report', couple_id, id, coalesce(built_at, created_at) from reports where status = 'draft' and couple_id in (`+treatedNow+`) order by created_at limit ?)`,
			`(select 'reveal', couple_id, id, submitted_at from responses where session_revealed_at is null
				and audiences::text like '%: "in_session"%' and couple_id in (`+treatedNow+`) order by submitted_at limit ?)`)
	}
	var args []any
	sql := ""
	for i, part := range parts {
		if i > 0 {
			sql += " union all "
		}
		sql += part
		args = append(args, memberID, limit)
	}
	var rows []Waiting
	err := tx.Raw(`select * from (`+sql+`) waiting order by at, subject_id`, args...).Scan(&rows).Error
	return rows, err
}
