package web

import (
	"io"

	"tussentijds/care"
	"tussentijds/internal/chart"
	"tussentijds/internal/fault"
)

var deskBrandPage = page("desk/settings-brand")

// BrandPage is what the practice's reports look like, with the form to change it.
type BrandPage struct {
	Tabs   SettingsTabs
	B      care.BrandView
	Colour string // as typed.
	Remove bool
	Stale  bool
}

// Swatch is the colour as it is shown, for a drawing: a page may set no colour of its own.
func (d BrandPage) Swatch() string {
	hex, ok := chart.Hex(d.B.Shown)
	if !ok {
		return ""
	}
	return hex
}

func (s *Site) brandPage(r *Request) (BrandPage, error) {
	b, err := s.care.Brand(r.Context(), r.Actor)
	return BrandPage{Tabs: r.settingsTabs("brand"), B: b, Colour: b.Colour}, err
}

// deskBrand shows what the practice's reports look like.
func (s *Site) deskBrand(r *Request) error {
	data, err := s.brandPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskBrandPage, "desk.settings.brand", data)
}

// deskChangeBrand sets the colour and the logo.
func (s *Site) deskChangeBrand(r *Request) error {
	data, err := s.brandPage(r)
	if err != nil {
		return err
	}
	data.Colour, data.Remove = r.Typed("colour"), r.Typed("remove") != ""
	in := care.ChangeBrandInput{Colour: data.Colour, RemoveLogo: data.Remove, Version: r.version()}
	if in.Logo, err = r.uploaded("logo", care.MaxLogoUpload); err != nil {
		return err
	}
	if _, err := s.care.ChangeBrand(r.Context(), r.Actor, in); err != nil {
		data.Stale = fault.Is(err, fault.Stale)
		return r.deskAgain(err, deskBrandPage, "desk.settings.brand", data)
	}
	return r.Go("/desk/settings/brand", "desk.flash.brand")
}

// uploaded reads a file of the form, up to one octet more than it may have; nothing when none was chosen.
func (r *Request) uploaded(field string, most int) ([]byte, error) {
	header, err := r.FormFile(field)
	if err != nil || header.Size == 0 {
		return nil, nil //nolint:nilerr // No file is no fault: what is there stays.
	}
	file, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, int64(most)+1))
}

// logo hands out the practice's logo to who is signed in there.
func (s *Site) logo(r *Request) error {
	data, kind, err := s.care.Logo(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	r.Set("Content-Type", kind)
	return r.Send(data)
}
