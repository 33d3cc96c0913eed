package web

import (
	"github.com/google/uuid"

	"tussentijds/care"
)

// ContactPage is how the two can be reached, each apart, and what does not arrive.
type ContactPage struct {
	Head         *CoupleHead
	DeadChannels []care.DeadChannel
	Wrong        uuid.UUID // the partner whose number was typed wrong.
	Typed        string
}

// Dead gives what does not arrive at a partner, for the couple's contact page.
func (d ContactPage) Dead(partner care.PartnerView) []care.DeadChannel {
	var out []care.DeadChannel
	for _, c := range d.DeadChannels {
		if c.PersonID == partner.ID {
			out = append(out, c)
		}
	}
	return out
}

// Phone gives the number to show in a partner's form: what was typed, or what is known.
func (d ContactPage) Phone(partner care.PartnerView) string {
	if d.Wrong == partner.ID {
		return d.Typed
	}
	return partner.Phone
}

func (s *Site) contactPage(r *Request) (ContactPage, error) {
	head, err := s.coupleHead(r, "contact")
	if err != nil {
		return ContactPage{}, err
	}
	dead, err := s.care.CoupleDeadChannels(r.Context(), r.Actor, head.Couple.ID)
	return ContactPage{Head: head, DeadChannels: dead}, err
}

// deskContact shows both partners, each apart, with the state of the invitation and of their addresses.
func (s *Site) deskContact(r *Request) error {
	d, err := s.contactPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskContactPage, "desk.tab.contact", d, d.Head.crumbs(r)...)
}

// deskInvite sends a partner's invitation once more.
func (s *Site) deskInvite(r *Request) error {
	return s.onPartner(r, "desk.flash.invited", func(d *ContactPage, partner care.PartnerView) error {
		return s.care.InvitePartner(r.Context(), r.Actor, d.Head.Couple.ID, partner.ID)
	})
}

// deskChangePhone changes a partner's number.
func (s *Site) deskChangePhone(r *Request) error {
	return s.onPartner(r, "desk.flash.phone", func(d *ContactPage, partner care.PartnerView) error {
		d.Wrong, d.Typed = partner.ID, r.Typed("phone")
		return s.care.ChangePartnerPhone(r.Context(), r.Actor, d.Head.Couple.ID, partner.ID, d.Typed)
	})
}

// deskConfirmAddress has a partner's address or number tried again.
func (s *Site) deskConfirmAddress(r *Request) error {
	return s.onPartner(r, "desk.flash.again", func(d *ContactPage, partner care.PartnerView) error {
		return s.care.ConfirmPartnerChannel(r.Context(), r.Actor, d.Head.Couple.ID, partner.ID, r.Typed("channel"))
	})
}

// onPartner does something with the partner that the address names, and comes back to the page.
func (s *Site) onPartner(r *Request, flash string, do func(*ContactPage, care.PartnerView) error) error {
	d, err := s.contactPage(r)
	if err != nil {
		return err
	}
	partner, err := d.Head.partner(r)
	if err != nil {
		return err
	}
	if err := do(&d, partner); err != nil {
		return r.deskAgain(err, deskContactPage, "desk.tab.contact", d, d.Head.crumbs(r)...)
	}
	return r.Go(d.Head.Base+"/contact", flash)
}
