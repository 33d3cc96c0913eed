package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

var (
	messagesPage = page("portal/messages")
	threadPage   = page("portal/message-thread")
)

// messagesPart is how many messages a page shows.
const messagesPart = 30

// threadView is a thread with what was typed in its form.
type threadView struct {
	care.ThreadView
	Path        string // the thread's own address.
	Body        string
	ID          string // of the message to come: a form sent twice is one message.
	Token       string // keeps what was typed when the sign-in has expired.
	Shut        bool   // the sign-in is not fresh: the form alone is shown.
	Next, First string
}

// Own tells whether it is a partner's own thread.
func (v threadView) Own() bool { return v.PartnerID != uuid.Nil }

// Open tells whether one can write.
func (v threadView) Open() bool { return v.State == care.ThreadOpen }

// thread makes the view of a thread's page; the box holds what was kept before.
func (s *Site) thread(r *Request, path string, view care.ThreadView) threadView {
	v := threadView{ThreadView: view, Path: path, Body: view.Draft, ID: models.NewID().String(), Token: s.care.MessageToken(r.Actor, view)}
	v.Next, v.First = r.nextURL(view.Next), r.firstURL()
	return v
}

// again puts what was typed back in the form of a message that was not sent. One that stands in the way of a message with the
// same id gets another: sent once more, it goes.
func (v threadView) again(r *Request, wrong error) threadView {
	v.Body = r.FormValue("body")
	if id := idOf(r.FormValue("id")); id != uuid.Nil && !fault.Is(wrong, fault.Conflict) {
		v.ID = id.String()
	}
	return v
}

// messageTyped is the message that a form sends.
func (r *Request) messageTyped() care.SendMessageInput {
	return care.SendMessageInput{Body: r.FormValue("body"), ID: idOf(r.FormValue("id"))}
}

// messages shows the two threads. It looks the same whatever is in them: a new message is told on the start page, and not
// where it is, for whoever looks over a shoulder.
func (s *Site) messages(r *Request) error {
	view, err := s.care.ThreadForm(r.Context(), r.Actor, uuid.Nil, care.ThreadTogether)
	if err != nil {
		return err
	}
	return r.Render(messagesPage, "message.title", s.thread(r, "/portal/messages", view))
}

func (s *Site) messagesTogether(r *Request) error { return s.ownThread(r, care.ThreadTogether) }

// messagesAlone opens behind a fresh sign-in (design decision 18).
func (s *Site) messagesAlone(r *Request) error {
	if r.Actor.Partner() && !s.care.Fresh(r.Actor) {
		return askFresh(r)
	}
	return s.ownThread(r, care.ThreadAlone)
}

func (s *Site) ownThread(r *Request, name string) error {
	view, err := s.care.Thread(r.Context(), r.Actor, uuid.Nil, name, r.part(messagesPart))
	if err != nil {
		return err
	}
	return r.Render(threadPage, "message.title", s.thread(r, "/portal/messages/"+name, view))
}

func (s *Site) writeTogether(r *Request) error { return s.writeMessage(r, care.ThreadTogether) }

func (s *Site) writeAlone(r *Request) error { return s.writeMessage(r, care.ThreadAlone) }

// writeMessage sends a message. It asks for no fresh sign-in: that is asked when the thread is opened, and an hour may have
// gone into the message.
func (s *Site) writeMessage(r *Request, name string) error {
	_, err := s.care.SendMessage(r.Context(), r.Actor, uuid.Nil, name, r.messageTyped())
	if err == nil {
		return r.Go(s.threadPath(r, name), "message.flash.sent")
	}
	if f := fault.From(err); f.Code != fault.Invalid && f.Code != fault.Conflict {
		return err
	}
	shut := name == care.ThreadAlone && !s.care.Fresh(r.Actor)
	var view care.ThreadView
	var failed error
	if shut {
		view, failed = s.care.ThreadForm(r.Context(), r.Actor, uuid.Nil, name)
	} else {
		view, failed = s.care.Thread(r.Context(), r.Actor, uuid.Nil, name, care.Page{Limit: messagesPart})
	}
	if failed != nil {
		return failed
	}
	v := s.thread(r, "/portal/messages/"+name, view).again(r, err)
	v.Shut = shut
	return r.Again(err, threadPage, "message.title", v)
}

func (s *Site) keepTogether(r *Request) error {
	return s.keepMessage(r, uuid.Nil, care.ThreadTogether)
}

func (s *Site) keepAlone(r *Request) error { return s.keepMessage(r, uuid.Nil, care.ThreadAlone) }

// keepMessage keeps what is being typed, for the page's script. Like a task's draft it is the writer's alone, and no page shows
// it but the thread's own: that of a partner alone opens behind a fresh sign-in, so that on a phone which two use it tells
// the other no more than the messages do.
func (s *Site) keepMessage(r *Request, couple uuid.UUID, thread string) error {
	if err := s.care.SaveMessageDraft(r.Context(), r.Actor, couple, thread, r.messageTyped()); err != nil {
		return s.draftFault(r, err)
	}
	return r.JSON(fiber.Map{"said": r.L.T("message.draft.saved", "Clock", r.L.Clock(s.care.Clock.Now().In(r.zone())))})
}

// threadPath is where a partner goes after something was done in a thread: back to it, or to the two threads when the own one
// would ask for the password first.
func (s *Site) threadPath(r *Request, name string) string {
	if name == care.ThreadAlone && !s.care.Fresh(r.Actor) {
		return "/portal/messages"
	}
	return "/portal/messages/" + name
}

// takeBackMessage takes back a message that nobody else was shown; its words stand in the box again.
func (s *Site) takeBackMessage(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	name, err := s.care.TakeBackMessage(r.Context(), r.Actor, id)
	if fault.Is(err, fault.Conflict) {
		return r.Go(s.threadPath(r, name), "message.flash.read_already")
	}
	if err != nil {
		return err
	}
	return r.Go(s.threadPath(r, name), "message.flash.taken_back")
}

// lateMessage keeps what was typed when the sign-in has expired meanwhile: the form's own signed token may keep it, and reads
// and sends nothing (design decision 18).
func (s *Site) lateMessage(r *Request) error {
	err := s.care.KeepMessageByToken(r.Context(), r.FormValue("token"), r.FormValue("body"))
	if strings.HasSuffix(r.Path(), "/draft") {
		if err != nil {
			return s.draftFault(r, err)
		}
		return r.JSON(fiber.Map{"said": r.L.T("portal.draft.late")})
	}
	if err != nil {
		return fault.New(fault.Unauthenticated, "")
	}
	s.setCookie(r.Ctx, loginCookie, "", 0)
	return r.Go("/", "web.flash.kept")
}

// ThreadWho says who reads a thread, in plain words: to a partner by "you", to a therapist by names.
func (p *Page) ThreadWho(v threadView) string {
	staff := p.Names(v.Therapists)
	switch {
	case p.Actor.Partner() && v.Own():
		return p.L.T("message.alone.who", "Therapists", staff)
	case p.Actor.Partner():
		return p.L.T("message.together.who", "Therapists", staff)
	}
	return p.Names(append(append([]string{}, v.Partners...), v.Therapists...))
}
