package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// UsedExercise is how often a couple was given an exercise and did it.
type UsedExercise struct {
	ExerciseID string
	Given      int        // assignments, stopped ones too.
	Done       int        // tasks that a partner completed.
	LastGiven  time.Time  // when it was assigned last.
	LastDone   *time.Time // when a partner completed it last.
	Running    bool       // it is being given now.
}

// UsedExercises counts, by exercise, what a couple was given. The private questions are in no count.
func UsedExercises(tx *gorm.DB, coupleID uuid.UUID) (map[string]UsedExercise, error) {
	var rows []UsedExercise
	err := tx.Raw(`select a.exercise_id, count(distinct a.id) as given, count(t.id) as done, max(a.created_at) as last_given,
			max(t.done_at) as last_done, bool_or(a.status = 'active') as running
		from assignments a
		left join tasks t on t.practice_id = a.practice_id and t.assignment_id = a.id and t.status = 'done'
		where a.couple_id = ? and not a.discreet group by a.exercise_id`, coupleID).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make(map[string]UsedExercise, len(rows))
	for _, r := range rows {
		out[r.ExerciseID] = r
	}
	return out, nil
}

// ExerciseVersion is a version of an exercise that the practice has given.
type ExerciseVersion struct {
	Version int
	Since   time.Time // when it was first given, or published.
}

// VersionsOf reads the versions of an exercise that the practice has given or published, newest first.
func VersionsOf(tx *gorm.DB, exerciseID string) ([]ExerciseVersion, error) {
	var rows []ExerciseVersion
	err := tx.Model(&ExerciseForm{}).Select("version, created_at as since").Where("exercise_id = ?", exerciseID).Order("version desc").Scan(&rows).Error
	return rows, err
}
