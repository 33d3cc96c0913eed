package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Members reads the practice's people by name.
func Members(tx *gorm.DB) ([]Member, error) {
	var list []Member
	err := tx.Order("name, id").Find(&list).Error
	return list, err
}

// LockMembers is Members, held until the transaction ends: two owners cannot end each other at the same moment.
func LockMembers(tx *gorm.DB) ([]Member, error) {
	return Members(tx.Clauses(clause.Locking{Strength: "UPDATE"}))
}

// MembersByID reads members.
func MembersByID(tx *gorm.DB, ids []uuid.UUID) ([]Member, error) {
	var list []Member
	if len(ids) == 0 {
		return nil, nil
	}
	err := tx.Where("id in ?", ids).Find(&list).Error
	return list, err
}

// Treating tells whether a member may treat couples: a therapist, a trainee, or an owner who also treats.
func (m Member) Treating() bool {
	return m.Status != "ended" && (m.Role == RoleTherapist || m.Role == RoleTrainee || m.Role == RoleOwner && m.Clinician)
}

// SaveMember writes a member when it is still at its version, and raises the version; saved tells whether it was.
func SaveMember(tx *gorm.DB, m *Member) (saved bool, err error) {
	r := tx.Model(&Member{}).Where("id = ? and version = ?", m.ID, m.Version).Updates(map[string]any{
		"role": m.Role, "clinician": m.Clinician, "name": m.Name, "status": m.Status, "supervisor_id": m.SupervisorID, "version": m.Version + 1,
	})
	if r.Error != nil || r.RowsAffected == 0 {
		return false, r.Error
	}
	m.Version++
	return true, nil
}

// EndMembership ends a member's way in at once: the membership, its logins and unused mail tokens.
func EndMembership(tx *gorm.DB, practiceID, memberID uuid.UUID, now time.Time) error {
	const own = "practice_id = ? and kind = 'member' and subject_id = ?"
	if err := tx.Exec(`update logins set ended_at = ? where ended_at is null and membership_id in (select id from memberships where `+own+`)`, now, practiceID, memberID).Error; err != nil {
		return err
	}
	if err := tx.Model(&Membership{}).Where(own+" and ended_at is null", practiceID, memberID).Update("ended_at", now).Error; err != nil {
		return err
	}
	return DropMailTokens(tx, "invitation", practiceID, memberID)
}

// ReviveMembership lets a member in again; revived is false when there never was a membership.
func ReviveMembership(tx *gorm.DB, practiceID, memberID uuid.UUID) (revived bool, err error) {
	r := tx.Model(&Membership{}).Where("practice_id = ? and kind = 'member' and subject_id = ?", practiceID, memberID).Update("ended_at", nil)
	return r.RowsAffected > 0, r.Error
}
