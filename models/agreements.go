package models

import (
	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// FindAgreement reads one agreement.
func FindAgreement(tx *gorm.DB, id uuid.UUID) (Agreement, error) {
	var a Agreement
	err := tx.Where("id = ?", id).Take(&a).Error
	return a, err
}

// LockAgreement reads one agreement and holds it until the transaction ends, so that two signatures at the same moment
// see each other.
func LockAgreement(tx *gorm.DB, id uuid.UUID) (Agreement, error) {
	return FindAgreement(tx.Clauses(clause.Locking{Strength: "UPDATE"}), id)
}

// AgreementsOf reads a couple's agreements, oldest first.
func AgreementsOf(tx *gorm.DB, coupleID uuid.UUID) ([]Agreement, error) {
	var list []Agreement
	err := tx.Where("couple_id = ?", coupleID).Order("created_at, id").Find(&list).Error
	return list, err
}

// AgreementOfOccurrence reads the agreement that an occurrence of homework made.
func AgreementOfOccurrence(tx *gorm.DB, occurrenceID uuid.UUID) (Agreement, error) {
	var a Agreement
	err := tx.Where("occurrence_id = ?", occurrenceID).Order("created_at").Take(&a).Error
	return a, err
}

// SignaturesOf reads the signatures of agreements, withdrawn ones included, oldest first.
func SignaturesOf(tx *gorm.DB, agreementIDs ...uuid.UUID) ([]AgreementSignature, error) {
	var list []AgreementSignature
	if len(agreementIDs) == 0 {
		return nil, nil
	}
	err := tx.Where("agreement_id in ?", agreementIDs).Order("signed_at, id").Find(&list).Error
	return list, err
}

// ReviewsOf reads the reviews of agreements, oldest first.
func ReviewsOf(tx *gorm.DB, agreementIDs ...uuid.UUID) ([]AgreementReview, error) {
	var list []AgreementReview
	if len(agreementIDs) == 0 {
		return nil, nil
	}
	err := tx.Where("agreement_id in ?", agreementIDs).Order("reviewed_on, created_at, id").Find(&list).Error
	return list, err
}

// SaveAgreement writes an agreement's text and state when it is still at its version, and raises the version; saved
// tells whether it was.
func SaveAgreement(tx *gorm.DB, a *Agreement) (saved bool, err error) {
	r := tx.Model(&Agreement{}).Where("id = ? and version = ?", a.ID, a.Version).Updates(map[string]any{
		"body": a.Body, "status": a.Status, "revision": a.Revision, "starts_on": a.StartsOn, "review_on": a.ReviewOn, "ends_on": a.EndsOn,
		"updated_at": a.UpdatedAt, "version": a.Version + 1,
	})
	if r.Error != nil || r.RowsAffected == 0 {
		return false, r.Error
	}
	a.Version++
	return true, nil
}

// AgreementsEnding reads and holds the agreements whose last day has come.
func AgreementsEnding(tx *gorm.DB, today Day) ([]Agreement, error) {
	var list []Agreement
	err := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
		Where("ends_on <= ? and status in ('draft', 'proposed', 'active')", string(today)).Order("id").Find(&list).Error
	return list, err
}

// HalfReviewed reads and holds the active agreements whose look back was due by a day and has one half.
func HalfReviewed(tx *gorm.DB, due Day) ([]Agreement, error) {
	var list []Agreement
	err := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
		Where(`status = 'active' and review_on <= ? and exists (select from agreement_reviews r where r.practice_id = agreements.practice_id
			and r.agreement_id = agreements.id and r.partner_id is not null and r.moment = agreements.review_on)`, string(due)).Order("id").Find(&list).Error
	return list, err
}
