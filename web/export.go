package web

import (
	"bufio"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

var (
	exportPage     = page("portal/export")
	deskExportPage = page("desk/export")
)

// exportForm tells what a person gets who asks for the own data. It is a private thing: the password is asked for again.
func (s *Site) exportForm(r *Request) error {
	if err := s.care.MayExport(r.Context(), r.Actor, uuid.Nil, uuid.Nil); err != nil {
		return err
	}
	if !s.care.Fresh(r.Actor) {
		return askFresh(r)
	}
	return r.Render(exportPage, "portal.privacy.title", nil)
}

// exportOwn hands the person's own data out.
func (s *Site) exportOwn(r *Request) error {
	if err := s.care.MayExport(r.Context(), r.Actor, uuid.Nil, uuid.Nil); err != nil {
		return err
	}
	if !s.care.Fresh(r.Actor) {
		return askFresh(r)
	}
	export, err := s.care.BeginExport(r.Context(), r.Actor, care.ExportInput{Private: r.Ticked("private")})
	if err != nil {
		return r.Again(err, exportPage, "portal.privacy.title", nil)
	}
	return s.sendExport(r, export)
}

// sendExport writes an export into the answer while it is read, so that no file stands in memory as a whole. An answer that
// breaks off is a ZIP that no program opens.
func (s *Site) sendExport(r *Request, export *care.Export) error {
	r.Set(fiber.HeaderContentType, "application/zip")
	r.Set(fiber.HeaderContentDisposition, `attachment; filename="`+export.FileName()+`"`)
	r.Set(fiber.HeaderCacheControl, "no-store")
	ctx := r.Context()
	r.Ctx.Context().SetBodyStreamWriter(func(w *bufio.Writer) { export.Send(ctx, w) })
	return nil
}

// exportWho is the form to export one partner's data from the desk, with what was typed.
type exportWho struct {
	Head   *CoupleHead
	Name   string
	Here   string
	Reason string
}

func (s *Site) exportWho(r *Request) (exportWho, error) {
	couple, err := r.ID("id")
	if err != nil {
		return exportWho{}, err
	}
	id, err := r.ID("partner")
	if err != nil {
		return exportWho{}, err
	}
	if err := s.care.MayExport(r.Context(), r.Actor, couple, id); err != nil {
		return exportWho{}, err
	}
	head, err := s.coupleHead(r, "contact")
	if err != nil {
		return exportWho{}, err
	}
	for _, p := range head.Couple.Partners {
		if p.ID == id {
			return exportWho{Head: head, Name: p.Name, Here: head.Base + "/partners/" + id.String() + "/export"}, nil
		}
	}
	return exportWho{}, fault.Missing()
}

// deskExportForm tells what the practice can hand over of one partner.
func (s *Site) deskExportForm(r *Request) error {
	d, err := s.exportWho(r)
	if err != nil {
		return err
	}
	if !s.care.Fresh(r.Actor) {
		return askFresh(r)
	}
	return r.deskShow(deskExportPage, "desk.export.page", d, d.Head.crumbs(r)...)
}

// deskExport hands it over, with a reason.
func (s *Site) deskExport(r *Request) error {
	d, err := s.exportWho(r)
	if err != nil {
		return err
	}
	if !s.care.Fresh(r.Actor) {
		return askFresh(r)
	}
	id, err := r.ID("partner")
	if err != nil {
		return err
	}
	d.Reason = r.Typed("reason")
	export, err := s.care.BeginExport(r.Context(), r.Actor, care.ExportInput{CoupleID: d.Head.Couple.ID, PartnerID: id, Reason: d.Reason})
	if err != nil {
		return r.deskAgain(err, deskExportPage, "desk.export.page", d, d.Head.crumbs(r)...)
	}
	return s.sendExport(r, export)
}
