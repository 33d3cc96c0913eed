package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/chart"
	"tussentijds/internal/fault"
	"tussentijds/models"
	"tussentijds/reports"
)

// BrandView is what the practice's reports look like, for its owner.
type BrandView struct {
	Colour  string `json:"colour,omitempty"` // as it was chosen.
	Shown   string `json:"shown,omitempty"`  // as it is shown: dark enough to be read on white and on paper.
	HasLogo bool   `json:"has_logo"`
	Version int    `json:"version"` // 0 when nothing was ever set.
}

// Adjusted tells whether the colour is shown darker than it was chosen.
func (v BrandView) Adjusted() bool { return v.Colour != v.Shown }

// ChangeBrandInput sets the colour (empty for ours) and, when given, a logo; Version must be the one the reader saw.
type ChangeBrandInput struct {
	Colour     string
	Logo       []byte // a PNG or JPEG; empty leaves what is there.
	RemoveLogo bool
	Version    int
}

func brandView(b models.Brand) BrandView {
	v := BrandView{Colour: b.Colour, Shown: b.Colour, HasLogo: len(b.Logo) > 0, Version: b.Version}
	if hex, ok := chart.Hex(b.Colour); ok {
		v.Shown = chart.Readable(hex)
	}
	return v
}

// Brand gives what the practice's reports look like. Faults: forbidden for members who are not its owner, not_found for
// anyone else.
func (s *Service) Brand(ctx context.Context, actor Actor) (BrandView, error) {
	var view BrandView
	if err := mayManagePractice(actor).fault(); err != nil {
		return view, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		b, err := models.FindBrand(t.DB)
		view = brandView(b)
		return err
	})
	return view, err
}

// ChangeBrand sets what the practice's reports look like from the next one on (owner). The logo is decoded and encoded anew, so
// that nothing but its pixels is kept, and a practice can send some twenty an hour. Faults: invalid, stale, forbidden, rate_limited.
func (s *Service) ChangeBrand(ctx context.Context, actor Actor, in ChangeBrandInput) (BrandView, error) {
	var view BrandView
	if err := mayManagePractice(actor).fault(); err != nil {
		return view, err
	}
	var c fault.Collector
	colour := ""
	if in.Colour != "" {
		var ok bool
		if colour, ok = chart.Hex(in.Colour); !ok {
			c.Add("colour", "brand.colour.form", nil)
		}
	}
	var logo picture
	if len(in.Logo) > 0 {
		if err := s.allow(ctx, "logo:"+actor.PracticeID.String(), logosAnHour, time.Hour); err != nil {
			return view, err
		}
		var wrong *fault.Error
		if logo, wrong = logoOf(in.Logo); wrong != nil {
			c.Add("logo", wrong.Key, wrong.Args)
		}
	}
	if err := c.Err(); err != nil {
		return view, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		b, err := models.FindBrand(t.DB)
		if err != nil {
			return err
		}
		if b.Version != in.Version {
			return fault.New(fault.Stale, "")
		}
		if b.ID == uuid.Nil {
			b.Row = models.NewRow(t.PracticeID)
		}
		b.Colour, b.ChangedAt = colour, t.now
		switch {
		case len(in.Logo) > 0:
			b.Logo, b.LogoType, b.LogoID = logo.data, logo.kind, logo.id
		case in.RemoveLogo:
			b.Logo, b.LogoType, b.LogoID = nil, "", ""
		}
		changed, err := models.ChangeBrand(t.DB, b, in.Version)
		if err != nil {
			return err
		}
		if !changed {
			return fault.New(fault.Stale, "")
		}
		b.Version = in.Version + 1
		t.note(act{verb: "change", object: "practice", objectID: t.PracticeID})
		view = brandView(b)
		return nil
	})
	return view, err
}

// Logo gives the practice's logo with its media type, to everybody who is signed in there. Faults: not_found when there is none.
func (s *Service) Logo(ctx context.Context, actor Actor) (data []byte, kind string, err error) {
	if !actor.Full() {
		return nil, "", fault.Missing()
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		b, err := models.FindBrand(t.DB)
		if err == nil && len(b.Logo) == 0 {
			err = fault.Missing()
		}
		data, kind = b.Logo, b.LogoType
		return err
	})
	return data, kind, err
}

// reportBrand gives what reports look like, read once in a transaction however many reports it gathers.
func (t *txn) reportBrand() (reports.Brand, error) {
	if t.brand == nil {
		b, err := models.FindBrand(t.DB)
		if err != nil {
			return reports.Brand{}, err
		}
		t.brand = &reports.Brand{Colour: b.Colour, LogoID: b.LogoID, Logo: b.Logo}
	}
	return *t.brand, nil
}
