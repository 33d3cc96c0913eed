package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// AddJob writes a job unless one with its kind and unique key exists; made tells which.
func AddJob(tx *gorm.DB, job Job) (made bool, err error) {
	r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&job)
	return r.RowsAffected == 1, r.Error
}

// AddJobs writes those jobs of many practices that do not exist yet. It runs on the worker's due lists alone.
func AddJobs(tx *gorm.DB, jobs []Job) error {
	if len(jobs) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&jobs, 500).Error
}

// LeaseJob takes a due job until a moment; taken is false when it is done, not due yet, or in other hands. Attempts of the
// result tells this holder from a later one.
func LeaseJob(tx *gorm.DB, id uuid.UUID, now, until time.Time) (job Job, taken bool, err error) {
	r := tx.Raw(`update jobs set lease_until = ?, attempts = attempts + 1
		where `+own+` and id = ? and state = 'due' and run_at <= ? and (lease_until is null or lease_until < ?)
		returning *`, until, id, now, now).Scan(&job)
	return job, r.RowsAffected == 1, r.Error
}

// SettleJob records how a leased job ended; a holder whose lease was taken over meanwhile changes nothing.
func SettleJob(tx *gorm.DB, job Job, set map[string]any) error {
	set["lease_until"] = nil
	return tx.Model(&Job{}).Where(own+" and id = ? and state = 'due' and attempts = ?", job.ID, job.Attempts).Updates(set).Error
}

// DueJobs lists jobs of all practices that are due and in nobody's hands, of every kind but some, the longest waiting first. It
// runs on the worker's due lists alone.
func DueJobs(tx *gorm.DB, now time.Time, limit int, but ...string) ([]Job, error) {
	var jobs []Job
	q := tx.Select("practice_id", "id", "kind").Where("state = 'due' and run_at <= ? and (lease_until is null or lease_until < ?)", now, now)
	if len(but) > 0 {
		q = q.Where("kind not in ?", but)
	}
	err := q.Order("run_at").Limit(limit).Find(&jobs).Error
	return jobs, err
}

// TrimJobs takes away up to limit finished jobs of all practices: those done before one moment, those failed before
// another. It runs on the worker's due lists alone.
func TrimJobs(tx *gorm.DB, doneBefore, failedBefore time.Time, limit int) (int64, error) {
	r := tx.Exec(`delete from jobs where (practice_id, id) in (select practice_id, id from jobs
		where state = 'done' and done_at < ? or state = 'failed' and done_at < ? limit ?)`, doneBefore, failedBefore, limit)
	return r.RowsAffected, r.Error
}

// PracticeClock is what the schedule needs of a practice.
type PracticeClock struct {
	ID        uuid.UUID
	TimeZone  string
	CreatedAt time.Time
}

// PracticeClocks lists all practices. It runs on the worker's due lists alone.
func PracticeClocks(tx *gorm.DB) ([]PracticeClock, error) {
	var out []PracticeClock
	err := tx.Model(&Practice{}).Select("id", "time_zone", "created_at").Order("id").Scan(&out).Error
	return out, err
}

// UnsealedPractices lists practices with events since a moment that are in no chain yet. It runs on the worker's role
// alone and tells ids, nothing else.
func UnsealedPractices(tx *gorm.DB, since time.Time) ([]uuid.UUID, error) {
	var out []uuid.UUID
	err := tx.Raw(`select practice from audit_unsealed(?)`, since).Scan(&out).Error
	return out, err
}
