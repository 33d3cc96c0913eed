package web

import (
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

var (
	deskMessagesPage = page("desk/couple-messages")
	deskThreadPage   = page("desk/couple-thread")
)

// DeskMessagesPage is a couple's three threads, to choose one: opening one counts as reading it.
type DeskMessagesPage struct {
	Head  *CoupleHead
	Lines []DeskThreadLine
}

// DeskThreadLine is one thread with its name and address.
type DeskThreadLine struct {
	care.ThreadLine
	Name, Who, URL string
	Own            bool
}

// threadName is what a thread is called on the desk.
func (h *CoupleHead) threadName(r *Request, partner uuid.UUID) string {
	if partner == uuid.Nil {
		return r.L.T("message.together")
	}
	return r.L.T("message.desk.alone", "Name", h.Name(partner))
}

// threadURL is a thread's address.
func (h *CoupleHead) threadURL(partner uuid.UUID) string {
	if partner == uuid.Nil {
		return h.Base + "/messages/" + care.ThreadTogether
	}
	return h.Base + "/messages/" + partner.String()
}

// other gives the name of the partner who does not read an own thread.
func (h *CoupleHead) other(partner uuid.UUID) string {
	for _, p := range h.Couple.Partners {
		if p.ID != partner {
			return p.Name
		}
	}
	return ""
}

// deskMessages lists the three threads.
func (s *Site) deskMessages(r *Request) error {
	head, err := s.coupleHead(r, "messages")
	if err != nil {
		return err
	}
	lines, err := s.care.Threads(r.Context(), r.Actor, head.Couple.ID)
	if err != nil {
		return err
	}
	data := DeskMessagesPage{Head: head}
	for _, l := range lines {
		line := DeskThreadLine{ThreadLine: l, Name: head.threadName(r, l.PartnerID), URL: head.threadURL(l.PartnerID), Own: l.PartnerID != uuid.Nil}
		line.Who = r.L.T("message.desk.together.who")
		if line.Own {
			line.Who = r.L.T("message.desk.alone.who", "Name", head.Name(l.PartnerID), "Other", head.other(l.PartnerID))
		}
		data.Lines = append(data.Lines, line)
	}
	return r.deskShow(deskMessagesPage, "desk.tab.messages", data, head.crumbs(r)...)
}

// DeskThreadPage is one thread.
type DeskThreadPage struct {
	Head  *CoupleHead
	T     threadView
	Title string
	Other string // who does not read an own thread.
	Views []any
}

func (s *Site) deskThreadPage(r *Request, head *CoupleHead, view care.ThreadView) DeskThreadPage {
	data := DeskThreadPage{Head: head, T: s.thread(r, head.threadURL(view.PartnerID), view), Title: head.threadName(r, view.PartnerID)}
	if data.T.Own() {
		data.Other = head.other(view.PartnerID)
	}
	ids := []uuid.UUID{uuid.Nil}
	for _, p := range head.Couple.Partners {
		ids = append(ids, p.ID)
	}
	for _, id := range ids {
		data.Views = append(data.Views, []any{head.threadURL(id), head.threadName(r, id), id == view.PartnerID})
	}
	return data
}

func (d DeskThreadPage) crumbs(r *Request) []Crumb {
	return d.Head.crumbs(r, r.crumb("desk.tab.messages", d.Head.Base+"/messages"), Crumb{Text: d.Title})
}

// deskThread shows a thread, newest first.
func (s *Site) deskThread(r *Request) error {
	head, err := s.coupleHead(r, "messages")
	if err != nil {
		return err
	}
	view, err := s.care.Thread(r.Context(), r.Actor, head.Couple.ID, r.Params("thread"), r.part(messagesPart))
	if err != nil {
		return err
	}
	data := s.deskThreadPage(r, head, view)
	return r.deskShow(deskThreadPage, "desk.tab.messages", data, data.crumbs(r)...)
}

// deskWriteMessage sends a message.
func (s *Site) deskWriteMessage(r *Request) error {
	head, err := s.coupleHead(r, "messages")
	if err != nil {
		return err
	}
	ctx, couple, thread := r.Context(), head.Couple.ID, r.Params("thread")
	if _, err = s.care.SendMessage(ctx, r.Actor, couple, thread, r.messageTyped()); err == nil {
		return r.Go(head.Base+"/messages/"+thread, "message.flash.sent")
	}
	if f := fault.From(err); f.Code != fault.Invalid && f.Code != fault.Conflict {
		return err
	}
	view, failed := s.care.Thread(ctx, r.Actor, couple, thread, care.Page{Limit: messagesPart})
	if failed != nil {
		return failed
	}
	data := s.deskThreadPage(r, head, view)
	data.T = data.T.again(r, err)
	return r.deskAgain(err, deskThreadPage, "desk.tab.messages", data, data.crumbs(r)...)
}

// deskKeepMessage keeps what is being typed, for the page's script.
func (s *Site) deskKeepMessage(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return s.draftFault(r, err)
	}
	return s.keepMessage(r, id, r.Params("thread"))
}

// deskTakeBackMessage takes back a message of one's own that nobody else was shown.
func (s *Site) deskTakeBackMessage(r *Request) error {
	couple, err := r.ID("id")
	if err != nil {
		return err
	}
	id, err := r.ID("message")
	if err != nil {
		return err
	}
	thread, err := s.care.TakeBackMessage(r.Context(), r.Actor, id)
	to := "/desk/couples/" + couple.String() + "/messages/" + thread
	if fault.Is(err, fault.Conflict) {
		return r.Go(to, "message.flash.read_already")
	}
	if err != nil {
		return err
	}
	return r.Go(to, "message.flash.taken_back")
}
