package models

import (
	"github.com/google/uuid"
	"gorm.io/gorm"
)

// FindCouple reads one couple of the transaction's practice.
func FindCouple(tx *gorm.DB, id uuid.UUID) (Couple, error) {
	var c Couple
	err := tx.Where("id = ?", id).Take(&c).Error
	return c, err
}

// FindPartner reads one partner.
func FindPartner(tx *gorm.DB, id uuid.UUID) (Partner, error) {
	var p Partner
	err := tx.Where("id = ?", id).Take(&p).Error
	return p, err
}

// PartnersOf reads the partners of couples, first and second in order.
func PartnersOf(tx *gorm.DB, coupleIDs ...uuid.UUID) ([]Partner, error) {
	var ps []Partner
	err := tx.Where("couple_id in ?", coupleIDs).Order("couple_id, position").Find(&ps).Error
	return ps, err
}

// TherapistsOf reads who treats the couples.
func TherapistsOf(tx *gorm.DB, coupleIDs ...uuid.UUID) ([]CoupleTherapist, error) {
	var ts []CoupleTherapist
	err := tx.Where("couple_id in ?", coupleIDs).Order("couple_id, created_at, member_id").Find(&ts).Error
	return ts, err
}

// Treats tells whether a member is one of the couple's therapists.
func Treats(tx *gorm.DB, coupleID, memberID uuid.UUID) (bool, error) {
	var n int64
	err := tx.Model(&CoupleTherapist{}).Where("couple_id = ? and member_id = ?", coupleID, memberID).Count(&n).Error
	return n > 0, err
}

// FindMember reads one member.
func FindMember(tx *gorm.DB, id uuid.UUID) (Member, error) {
	var m Member
	err := tx.Where("id = ?", id).Take(&m).Error
	return m, err
}

// CouplesOf reads the couples a member treats, newest first.
func CouplesOf(tx *gorm.DB, memberID uuid.UUID) ([]Couple, error) {
	var cs []Couple
	err := tx.Where("id in (select couple_id from couple_therapists where member_id = ?)", memberID).Order("created_at desc, id desc").Find(&cs).Error
	return cs, err
}

// AllCouples reads every couple of the practice, newest first.
func AllCouples(tx *gorm.DB) ([]Couple, error) {
	var cs []Couple
	err := tx.Order("created_at desc, id desc").Find(&cs).Error
	return cs, err
}

// SetPhone writes a partner's number; nil takes it away.
func SetPhone(tx *gorm.DB, partnerID uuid.UUID, phone Sealed) error {
	return tx.Model(&Partner{}).Where("id = ?", partnerID).Update("phone", phone).Error
}
