package models

import (
	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ProgrammesOf reads the programmes that a couple follows and followed, the newest first.
func ProgrammesOf(tx *gorm.DB, coupleID uuid.UUID) ([]CoupleProgramme, error) {
	var rows []CoupleProgramme
	err := tx.Where("couple_id = ?", coupleID).Order("created_at desc, id desc").Find(&rows).Error
	return rows, err
}

// RunningProgramme reads the programme that a couple follows now; the zero row when there is none.
func RunningProgramme(tx *gorm.DB, coupleID uuid.UUID) (CoupleProgramme, error) {
	var row CoupleProgramme
	err := tx.Where("couple_id = ? and status in ('active', 'paused')", coupleID).Limit(1).Find(&row).Error
	return row, err
}

// LockRunningProgramme reads it and holds it until the transaction ends, so that two changes at the same moment see each other.
func LockRunningProgramme(tx *gorm.DB, coupleID uuid.UUID) (CoupleProgramme, error) {
	return RunningProgramme(tx.Clauses(clause.Locking{Strength: "UPDATE"}), coupleID)
}

// SaveProgramme writes a programme when it is still at its version, and raises the version; saved tells whether it was.
func SaveProgramme(tx *gorm.DB, p *CoupleProgramme) (saved bool, err error) {
	r := tx.Model(&CoupleProgramme{}).Where("id = ? and version = ?", p.ID, p.Version).Updates(map[string]any{
		"phase": p.Phase, "status": p.Status, "moved_on": p.MovedOn, "ended_on": p.EndedOn, "body": p.Body,
		"updated_at": p.UpdatedAt, "version": p.Version + 1,
	})
	if r.Error != nil || r.RowsAffected == 0 {
		return false, r.Error
	}
	p.Version++
	return true, nil
}

// StepsOf reads what happened to programmes, the newest first.
func StepsOf(tx *gorm.DB, programmeIDs ...uuid.UUID) ([]ProgrammeStep, error) {
	var rows []ProgrammeStep
	if len(programmeIDs) == 0 {
		return nil, nil
	}
	err := tx.Where("couple_programme_id in ?", programmeIDs).Order("created_at desc, id desc").Find(&rows).Error
	return rows, err
}

// GivenExercises tells which exercises a couple or one of its partners was given, and of each whether it runs now.
func GivenExercises(tx *gorm.DB, coupleID uuid.UUID) (map[string]bool, error) {
	var rows []struct {
		ExerciseID string
		Runs       bool
	}
	err := tx.Raw(`select exercise_id, bool_or(status = 'active') as runs from assignments where couple_id = ? group by exercise_id`, coupleID).Scan(&rows).Error
	out := make(map[string]bool, len(rows))
	for _, r := range rows {
		out[r.ExerciseID] = r.Runs
	}
	return out, err
}
