package models

import (
	"database/sql"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// ClaimedJob names a job that was claimed, with how often it was tried before.
type ClaimedJob struct {
	PracticeID uuid.UUID
	ID         uuid.UUID
	Attempts   int
}

// ClaimJobs takes up to most due jobs of a kind until lease. Every practice that has some gets the same share, but no less than
// least; the longest waiting first. Whose turn it is when there are more practices than shares is left to chance, so that none
// is always behind. What another claimer holds is passed over. It runs on the worker's due lists alone.
func ClaimJobs(tx *gorm.DB, kind string, least, most int, now, lease time.Time) ([]ClaimedJob, error) {
	var out []ClaimedJob
	// It looks once at each practice's next job, by an index of its own, and then reads the shares.
	err := rowsOf(tx, func(rows *sql.Rows) error {
		var j ClaimedJob
		err := rows.Scan(&j.PracticeID, &j.ID, &j.Attempts)
		out = append(out, j)
		return err
	}, `with recursive next as (
			(select practice_id, run_at from jobs where kind = $1 and state = 'due' order by practice_id, run_at limit 1)
			union all
			select n.practice_id, n.run_at from next, lateral (
				select practice_id, run_at from jobs where kind = $1 and state = 'due' and practice_id > next.practice_id order by practice_id, run_at limit 1) n),
		due as materialized (
			select q.practice_id, q.id
			from (select practice_id, greatest($2::bigint, $3::bigint / count(*) over ()) as share from next where run_at <= $4 order by random()) p, lateral (
				select practice_id, id from jobs where kind = $1 and state = 'due' and practice_id = p.practice_id and run_at <= $4
					and (lease_until is null or lease_until < $4) order by run_at, id limit p.share for update skip locked) q
			limit $3)
		update jobs j set lease_until = $5 from due where j.practice_id = due.practice_id and j.id = due.id
		returning j.practice_id, j.id, j.attempts`, kind, least, most, now, lease)
	return out, err
}

// BatchForgettable lets the transaction end without waiting for the disk: when PostgreSQL dies within a second of it, it may not
// have been. It is for what is done anew then, and never for what somebody was told of.
func BatchForgettable(b Batch) { b.Exec(`select set_config('synchronous_commit', 'off', true)`) }

// BatchTakeJobs takes jobs that were claimed until claimed, until a new end of the lease: of two holders of the same claim, the
// second gets none.
func BatchTakeJobs(b Batch, jobs *[]Job, ids []uuid.UUID, claimed, lease time.Time) {
	t := tableOf[Job](nil)
	b.Query(into(t, func(j Job) { *jobs = append(*jobs, j) }), `update jobs set lease_until = $3, attempts = attempts + 1
		where `+own+` and id = any ($1) and state = 'due' and lease_until = $2 returning `+t.list, ids, claimed, lease)
}

// BatchJobsDone records that jobs are done, those that are still their holder's.
func BatchJobsDone(b Batch, jobs []Job, now time.Time) {
	ids, attempts := make([]uuid.UUID, len(jobs)), make([]int64, len(jobs))
	for i, j := range jobs {
		ids[i], attempts[i] = j.ID, int64(j.Attempts)
	}
	b.Exec(`update jobs j set state = 'done', done_at = $3, error = '', lease_until = null
		from unnest($1::uuid[], $2::bigint[]) d (id, attempts)
		where j.`+own+` and j.id = any ($1) and j.id = d.id and j.state = 'due' and j.attempts = d.attempts`, ids, attempts, now)
}

// BatchAddJobs writes jobs that differ in their subject and key alone.
func BatchAddJobs(b Batch, jobs []Job) {
	if len(jobs) == 0 {
		return
	}
	first, ids, subjects, keys := jobs[0], make([]uuid.UUID, len(jobs)), make([]uuid.UUID, len(jobs)), make([]string, len(jobs))
	for i, j := range jobs {
		ids[i], subjects[i], keys[i] = j.ID, j.SubjectID, j.UniqueKey
	}
	b.Exec(`insert into jobs (practice_id, id, kind, subject_id, run_at, unique_key, created_at)
		select $1, j.id, $2, j.subject_id, $3, j.unique_key, $4 from unnest($5::uuid[], $6::uuid[], $7::text[]) j (id, subject_id, unique_key)
		on conflict do nothing`, first.PracticeID, first.Kind, first.RunAt, first.CreatedAt, ids, subjects, keys)
}
