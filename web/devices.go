package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"tussentijds/care"
	"tussentijds/internal/locale"
)

var (
	devicesPage     = page("portal/devices")
	deskDevicesPage = page("desk/settings-devices")
)

// DevicesPage is how one notices that something is ready: browsers, the own number, the own calendar, and what does not arrive.
type DevicesPage struct {
	Tabs    SettingsTabs // of the desk.
	Base    string       // where the forms of the page post to.
	Devices care.DevicesView
	Feed    care.FeedView
	Title   string // of an appointment in the calendar.
	Phone   *care.PhoneView
	Typed   string // the number as it was typed.
	Dead    []care.DeadChannel
}

const (
	portalDevices = "/portal/settings/devices"
	deskDevices   = "/desk/settings/devices"
)

// devicesBase is the page that a form belongs to.
func devicesBase(r *Request) string {
	if r.Actor.Member() {
		return deskDevices
	}
	return portalDevices
}

func (s *Site) devicesView(r *Request) (DevicesPage, error) {
	v := DevicesPage{Base: devicesBase(r)}
	if r.Actor.Member() {
		v.Tabs = r.settingsTabs("devices")
	}
	var err error
	if v.Devices, err = s.care.Devices(r.Context(), r.Actor); err != nil {
		return v, err
	}
	if v.Feed, err = s.care.Feed(r.Context(), r.Actor); err != nil {
		return v, err
	}
	if v.Dead, err = s.care.DeadChannels(r.Context(), r.Actor); err != nil {
		return v, err
	}
	if v.Title, err = s.care.CalendarTitle(r.Context(), r.Actor); err != nil {
		return v, err
	}
	if r.Actor.Partner() {
		phone, err := s.care.Phone(r.Context(), r.Actor)
		if err != nil {
			return v, err
		}
		v.Phone, v.Typed = &phone, phone.Phone
	}
	return v, nil
}

// devices shows the page, the calendar's address only soon after a sign-in: ?show=calendar asks for the password first.
func (s *Site) devices(r *Request) error {
	if r.Query("show") == "calendar" && !s.care.Fresh(r.Actor) {
		return askFresh(r)
	}
	v, err := s.devicesView(r)
	if err != nil {
		return err
	}
	if r.Actor.Member() {
		return r.deskShow(deskDevicesPage, "web.devices.title", v)
	}
	return r.Render(devicesPage, "portal.settings.title", v)
}

// devicesAgain shows the page with what was wrong in one of its forms.
func (s *Site) devicesAgain(r *Request, wrong error, typed func(*DevicesPage)) error {
	v, err := s.devicesView(r)
	if err != nil {
		return err
	}
	if typed != nil {
		typed(&v)
	}
	if r.Actor.Member() {
		return r.deskAgain(wrong, deskDevicesPage, "web.devices.title", v)
	}
	return r.Again(wrong, devicesPage, "portal.settings.title", v)
}

// subscribe turns notifications on for the browser that asks. push.js fills the form in.
func (s *Site) subscribe(r *Request) error {
	_, err := s.care.Subscribe(r.Context(), r.Actor, care.SubscribeInput{
		Endpoint: r.Typed("endpoint"), P256dh: r.Typed("p256dh"), Auth: r.Typed("auth"), UserAgent: r.Get(fiber.HeaderUserAgent),
	})
	if err != nil {
		return s.devicesAgain(r, err, nil)
	}
	return r.Go(devicesBase(r), "portal.flash.device")
}

func (s *Site) unsubscribe(r *Request) error {
	id, err := r.ID("device")
	if err != nil {
		return err
	}
	if err := s.care.Unsubscribe(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Go(devicesBase(r), "portal.flash.device_off")
}

func (s *Site) changePhone(r *Request) error {
	typed := r.Typed("phone")
	if err := s.care.ChangePhone(r.Context(), r.Actor, typed); err != nil {
		return s.devicesAgain(r, err, func(v *DevicesPage) { v.Typed = typed })
	}
	return r.Go(devicesBase(r), "portal.flash.saved")
}

// confirmAddress has an address or number tried again.
func (s *Site) confirmAddress(r *Request) error {
	if err := s.care.ConfirmChannel(r.Context(), r.Actor, r.Typed("channel")); err != nil {
		return s.devicesAgain(r, err, nil)
	}
	return r.Go(devicesBase(r), "portal.flash.again")
}

// renewCalendar makes the calendar's address, or a new one. The page that answers shows it, as the sign-in is fresh.
func (s *Site) renewCalendar(r *Request) error {
	if !s.care.Fresh(r.Actor) {
		return r.Redirect("/sign-in/fresh?to="+devicesBase(r), fiber.StatusSeeOther)
	}
	if _, err := s.care.RenewFeed(r.Context(), r.Actor); err != nil {
		return s.devicesAgain(r, err, nil)
	}
	return r.Go(devicesBase(r), "portal.flash.calendar")
}

func (s *Site) endCalendar(r *Request) error {
	if err := s.care.EndFeed(r.Context(), r.Actor); err != nil {
		return s.devicesAgain(r, err, nil)
	}
	return r.Go(devicesBase(r), "portal.flash.calendar_off")
}

// DateOf gives the day of a moment with its year as plain words, for the middle of a sentence.
func (p *Page) DateOf(t time.Time) string { return p.L.Date(p.In(t)) }

// serviceWorker hands out the script that shows notifications. It stands at the root, because from there alone it may answer
// for the whole site, and is always asked for anew, so that a mended one is there at once.
func (s *Site) serviceWorker(c *fiber.Ctx) error {
	f := s.handout.files["push-worker.js"]
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set(fiber.HeaderContentType, f.kind)
	return c.Send(f.body)
}

// DeviceName gives the words for a kind of device.
func (p *Page) DeviceName(device string) string {
	key := "web.devices.device." + device
	if !locale.Has(p.Lang, key) {
		key = "web.devices.device.other"
	}
	return p.L.T(key)
}
