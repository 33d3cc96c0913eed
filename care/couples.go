package care

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// PartnerView is one of the couple's two partners.
type PartnerView struct {
	ID     uuid.UUID            `json:"id"`
	Name   string               `json:"name"`
	Email  string               `json:"email"`
	Phone  string               `json:"phone,omitempty"`
	Role   string               `json:"role,omitempty"`
	Locale string               `json:"locale"`
	Status models.PartnerStatus `json:"status"`
}

// ProgrammeView is the programme a couple follows.
type ProgrammeView struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Phase int    `json:"phase"`
}

// CoupleView is the couple as staff see it. The office gets names, contact and status, nothing clinical.
type CoupleView struct {
	ID         uuid.UUID           `json:"id"`
	Name       string              `json:"name"`
	Status     models.CoupleStatus `json:"status"`
	Therapists []uuid.UUID         `json:"therapists"`
	Partners   []PartnerView       `json:"partners"`
	Programme  *ProgrammeView      `json:"programme,omitempty"`
	StartedOn  models.Day          `json:"started_on"`
	SafetyHold bool                `json:"-"`
	Version    int                 `json:"version"`
	CreatedAt  time.Time           `json:"created_at"`
}

// PartnerInput is a new partner.
type PartnerInput struct {
	Name   string `json:"name" form:"name"`
	Email  string `json:"email" form:"email"`
	Phone  string `json:"phone,omitempty" form:"phone"`
	Role   string `json:"role,omitempty" form:"role"`
	Locale string `json:"locale,omitempty" form:"locale"`
}

// CreateCoupleInput is a new couple with its two partners.
type CreateCoupleInput struct {
	Partners  []PartnerInput `json:"partners"`
	StartedOn string         `json:"started_on,omitempty"`
	Invite    bool           `json:"invite"` // send the invitations at once.
}

// ChangeCoupleInput changes what is given; Version must be the one the reader saw.
type ChangeCoupleInput struct {
	Status     *string      `json:"status,omitempty"`
	Therapists *[]uuid.UUID `json:"therapists,omitempty"`
	SafetyHold *bool        `json:"-"`
	HoldReason string       `json:"-"` // why a hold is lifted; needed then.
	Version    int          `json:"-"`
}

// Page asks for a part of a list; Cursor is what the last part's Next said.
type Page struct {
	Limit  int    // 1 to 100; zero means 50.
	Cursor string // opaque.
}

// List is a part of a list.
type List[T any] struct {
	Data []T     `json:"data"`
	Next *string `json:"next"`
}

// ListCouples lists the couples the actor may know, newest first: a clinician's own; for the office all, with names and
// contact only. search looks in the partners' names, which are opened for it: the database cannot read them.
func (s *Service) ListCouples(ctx context.Context, actor Actor, search string, page Page) (List[CoupleView], error) {
	var out List[CoupleView]
	offset, limit, err := page.window()
	if err != nil {
		return out, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		var couples []models.Couple
		var err error
		switch {
		case !actor.Full() || !actor.Member():
			return fault.Missing()
		case treatsAtAll(actor):
			couples, err = models.CouplesOf(t.DB, actor.ID)
		case actor.Role == models.RoleOffice:
			couples, err = models.AllCouples(t.DB)
		default:
			couples = nil // An owner who does not treat has no couples.
		}
		if err != nil {
			return err
		}
		views, err := t.coupleViews(couples)
		if err != nil {
			return err
		}
		if q := strings.ToLower(strings.TrimSpace(search)); q != "" {
			views = slices.DeleteFunc(views, func(v CoupleView) bool { return !strings.Contains(strings.ToLower(v.Name), q) })
			t.note(act{verb: "search", object: "couples"})
		}
		t.note(act{verb: "read", object: "couples"})
		out = window(views, offset, limit)
		return nil
	})
	return out, err
}

// window is a part of a list that is whole in memory.
func window[T any](all []T, offset, limit int) List[T] {
	out := List[T]{Data: []T{}}
	if offset < len(all) {
		out.Data = all[offset:min(len(all), offset+limit)]
	}
	if offset+limit < len(all) {
		next := strconv.Itoa(offset + limit)
		out.Next = &next
	}
	return out
}

// window reads a page whose cursor is an offset. Faults: invalid.
func (p Page) window() (offset, limit int, err error) {
	limit = p.Limit
	if limit == 0 {
		limit = 50
	}
	if limit < 1 || limit > 100 {
		return 0, 0, fault.Fieldf("limit", "error.field.number", map[string]any{"Min": 1, "Max": 100})
	}
	if p.Cursor != "" {
		if offset, err = strconv.Atoi(p.Cursor); err != nil || offset < 0 {
			return 0, 0, fault.Fieldf("cursor", "error.field.choice", nil)
		}
	}
	return offset, limit, nil
}

// coupleViews opens couples for their readers, with a constant number of statements.
func (t *txn) coupleViews(couples []models.Couple) ([]CoupleView, error) {
	ids := make([]uuid.UUID, len(couples))
	for i, c := range couples {
		ids[i] = c.ID
	}
	if len(ids) == 0 {
		return []CoupleView{}, nil
	}
	partners, err := models.PartnersOf(t.DB, ids...)
	if err != nil {
		return nil, err
	}
	therapists, err := models.TherapistsOf(t.DB, ids...)
	if err != nil {
		return nil, err
	}
	views := make([]CoupleView, len(couples))
	at := map[uuid.UUID]int{}
	for i, c := range couples {
		at[c.ID] = i
		views[i] = CoupleView{ID: c.ID, Status: c.Status, StartedOn: c.StartedOn, Version: c.Version, CreatedAt: c.CreatedAt, Therapists: []uuid.UUID{}, Partners: []PartnerView{}}
		if t.actor.Role != models.RoleOffice { // The office knows nothing clinical: no programme, no hold.
			views[i].SafetyHold = c.SafetyHoldAt != nil
			if c.Programme != nil {
				phase := 1
				if c.ProgrammePhase != nil {
					phase = *c.ProgrammePhase
				}
				views[i].Programme = programmeView(*c.Programme, phase, t.actor.L())
			}
		}
	}
	names, err := t.partnerNames(partners...)
	if err != nil {
		return nil, err
	}
	for _, p := range partners {
		v := PartnerView{ID: p.ID, Name: names[p.ID], Locale: p.Locale, Status: p.Status}
		if v.Email, err = t.openText(partnerEmail(p), p.Email); err != nil {
			return nil, err
		}
		if v.Phone, err = t.openText(partnerPhone(p), p.Phone); err != nil {
			return nil, err
		}
		if t.actor.Role != models.RoleOffice {
			v.Role = p.Role
		}
		views[at[p.CoupleID]].Partners = append(views[at[p.CoupleID]].Partners, v)
	}
	for _, ct := range therapists {
		views[at[ct.CoupleID]].Therapists = append(views[at[ct.CoupleID]].Therapists, ct.MemberID)
	}
	for i := range views {
		var both []string
		for _, p := range views[i].Partners {
			both = append(both, p.Name)
		}
		views[i].Name = coupleName(both...)
	}
	return views, nil
}

// validate checks what is given and brings the numbers, as people write them in a country, into one form.
func (in CreateCoupleInput) validate(country string) error {
	var c fault.Collector
	if len(in.Partners) != 2 {
		c.Add("partners", "error.field.required", nil)
		return c.Err()
	}
	for i, p := range in.Partners {
		at := "partners." + strconv.Itoa(i) + "."
		checkName(&c, at+"name", p.Name, true)
		checkEmail(&c, at+"email", p.Email)
		in.Partners[i].Phone = checkPhone(&c, at+"phone", p.Phone, country)
		if p.Locale != "" {
			checkLocale(&c, at+"locale", p.Locale)
		}
		if p.Role != "" && p.Role != "hurt" && p.Role != "repairing" {
			c.Add(at+"role", "error.field.choice", nil)
		}
	}
	if strings.EqualFold(strings.TrimSpace(in.Partners[0].Email), strings.TrimSpace(in.Partners[1].Email)) && in.Partners[0].Email != "" {
		c.Add("partners.1.email", "error.field.same_address", nil)
	}
	if in.StartedOn != "" && !models.Day(in.StartedOn).Valid() {
		c.Add("started_on", "error.field.date", nil)
	}
	return c.Err()
}

// CreateCouple opens a case with two partners, and invites them when asked. The actor becomes its therapist. Faults:
// invalid, forbidden.
func (s *Service) CreateCouple(ctx context.Context, actor Actor, in CreateCoupleInput) (CoupleView, error) {
	var view CoupleView
	if err := mayOpenCases(actor).fault(); err != nil {
		return view, err
	}
	in.Partners = slices.Clone(in.Partners)
	err := s.inPractice(ctx, actor, func(t *txn) error {
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		if err := in.validate(practice.Country); err != nil {
			return err
		}
		started := models.Day(in.StartedOn)
		if started == "" {
			started = models.DayOf(t.now.In(practice.Zone()))
		}
		couple := models.Couple{Row: models.NewRow(t.PracticeID), Status: models.CoupleIntake, StartedOn: started, Version: 1, CreatedAt: t.now, UpdatedAt: t.now}
		if err := t.Create(&couple).Error; err != nil {
			return err
		}
		if err := t.Create(&models.CoupleTherapist{Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, MemberID: actor.ID, CreatedAt: t.now}).Error; err != nil {
			return err
		}
		for i, p := range in.Partners {
			if err := t.addPartner(couple, i+1, p, practice.Locale, in.Invite); err != nil {
				return err
			}
		}
		t.note(act{verb: "create", object: "couple", objectID: couple.ID, coupleID: couple.ID})
		views, err := t.coupleViews([]models.Couple{couple})
		if err == nil {
			view = views[0]
		}
		return err
	})
	return view, err
}

func (t *txn) addPartner(couple models.Couple, position int, in PartnerInput, fallback string, invite bool) error {
	p := models.Partner{Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, Position: position, Role: in.Role, Locale: in.Locale, Status: models.PartnerInvited, Version: 1, CreatedAt: t.now}
	if p.Locale == "" {
		p.Locale = fallback
	}
	var err error
	if p.Name, err = t.seal(partnerName(p), []byte(strings.TrimSpace(in.Name))); err != nil {
		return err
	}
	if p.Email, err = t.seal(partnerEmail(p), []byte(strings.TrimSpace(in.Email))); err != nil {
		return err
	}
	if in.Phone != "" {
		if p.Phone, err = t.seal(partnerPhone(p), []byte(in.Phone)); err != nil {
			return err
		}
	}
	if err := t.Create(&p).Error; err != nil {
		return err
	}
	t.note(act{verb: "create", object: "partner", objectID: p.ID, partnerID: p.ID})
	if invite {
		return t.inviteSubject("partner", p.ID)
	}
	return nil
}

// Couple gives one couple. Faults: not_found.
func (s *Service) Couple(ctx context.Context, actor Actor, id uuid.UUID) (CoupleView, error) {
	var view CoupleView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(id, seeCouple)
		if err != nil {
			return err
		}
		view, err = t.coupleView(couple)
		t.note(act{verb: "read", object: "couple", objectID: couple.ID, coupleID: couple.ID})
		return err
	})
	return view, err
}

func (t *txn) coupleView(couple models.Couple) (CoupleView, error) {
	views, err := t.coupleViews([]models.Couple{couple})
	if err != nil {
		return CoupleView{}, err
	}
	return views[0], nil
}

// ChangeCouple changes status, therapists or the safety hold. Closing, separating and holding stop joint work at once;
// no portal says why. Lifting a hold needs a reason. Faults: stale, invalid, forbidden.
func (s *Service) ChangeCouple(ctx context.Context, actor Actor, id uuid.UUID, in ChangeCoupleInput) (CoupleView, error) {
	var view CoupleView
	if in.Status != nil && !models.CoupleStatus(*in.Status).Valid() {
		return view, fault.Fieldf("status", "error.field.choice", nil)
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(id, decide)
		if err != nil {
			return err
		}
		before := couple
		update := map[string]any{"version": couple.Version + 1, "updated_at": t.now}
		if in.Status != nil {
			couple.Status = models.CoupleStatus(*in.Status)
			update["status"] = couple.Status
		}
		if in.SafetyHold != nil {
			if err := t.markHold(&couple, *in.SafetyHold, in.HoldReason); err != nil {
				return err
			}
			update["safety_hold_at"] = couple.SafetyHoldAt
		}
		r := t.Model(&models.Couple{}).Where("id = ? and version = ?", couple.ID, in.Version).Updates(update)
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return fault.New(fault.Stale, "")
		}
		couple.Version++
		if in.Therapists != nil {
			if err := t.setTherapists(couple, *in.Therapists); err != nil {
				return err
			}
		}
		if err := t.followHold(before, couple); err != nil {
			return err
		}
		if in.Status != nil || in.Therapists != nil { // A hold alone is on the record where no partner sees it.
			t.note(act{verb: "change", object: "couple", objectID: couple.ID, coupleID: couple.ID})
		}
		view, err = t.coupleView(couple)
		return err
	})
	return view, err
}

// setTherapists replaces who treats a couple: one clinician at least. A right taken away counts from the next request.
func (t *txn) setTherapists(couple models.Couple, ids []uuid.UUID) error {
	if len(ids) == 0 {
		return fault.Fieldf("therapists", "error.field.required", nil)
	}
	before, err := models.TherapistsOf(t.DB, couple.ID)
	if err != nil {
		return err
	}
	members := slices.Clone(ids)
	for _, th := range before {
		members = append(members, th.MemberID)
	}
	if err := t.lockPartners(couple.ID, members...); err != nil { // A hold may follow in the same transaction.
		return err
	}
	// Who stays keeps the row: it says since when, and with it which messages are new.
	if err := t.Where("couple_id = ? and member_id not in ?", couple.ID, ids).Delete(&models.CoupleTherapist{}).Error; err != nil {
		return err
	}
	standing, err := models.TherapistsOf(t.DB, couple.ID)
	if err != nil {
		return err
	}
	seen := map[uuid.UUID]bool{}
	for _, th := range standing {
		seen[th.MemberID] = true
	}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		m, err := models.FindMember(t.DB, id)
		if err != nil || m.Status == "ended" || m.Role == models.RoleOffice || m.Role == models.RoleOwner && !m.Clinician {
			return fault.Fieldf("therapists", "error.field.choice", nil)
		}
		if err := t.Create(&models.CoupleTherapist{Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, MemberID: id, CreatedAt: t.now}).Error; err != nil {
			return err
		}
	}
	t.note(act{verb: "change", object: "couple_therapists", objectID: couple.ID, coupleID: couple.ID})
	if err := models.LockMessages(t.DB, couple.ID); err != nil {
		return err
	}
	if err := t.fillBoxes(couple.ID, "changed"); err != nil {
		return err
	}
	changed := slices.Clone(ids) // Who is back hears of what waits still.
	for _, th := range before {
		if seen[th.MemberID] {
			changed = slices.DeleteFunc(changed, func(id uuid.UUID) bool { return id == th.MemberID })
		} else {
			changed = append(changed, th.MemberID)
		}
	}
	return t.remindMembers(models.SkipEnded, changed...)
}
