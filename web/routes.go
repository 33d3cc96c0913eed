package web

// Access says who may ask for a route. Everything finer is care's.
type Access string

// The two kinds of access. A route that says nothing refuses whoever is not signed in.
const (
	Public   Access = "public"
	SignedIn Access = "signed_in"
)

// Route is one line of the table of contents.
type Route struct {
	Method string
	Path   string
	Access Access
	Handle func(*Site, *Request) error
	// Late answers instead when the form came in after the sign-in had expired; nil asks to sign in.
	Late func(*Site, *Request) error
	// OneClick routes take posts from mail programs, which have no form token; the address itself carries a signed one.
	OneClick bool
	// Program routes answer programs and show no page: they get no cookie and no form token is asked of them. What they send
	// or ask for carries a signature of its own.
	Program bool
}

// Routes is every page and form of the portal and the desk. The test of rights walks it.
func Routes() []Route {
	return append(publicRoutes(), append(portalRoutes(), deskRoutes()...)...)
}

func publicRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/", Access: Public, Handle: (*Site).start},
		{Method: "GET", Path: "/sign-in", Access: Public, Handle: (*Site).start},
		{Method: "POST", Path: "/sign-in", Access: Public, Handle: (*Site).signIn},
		{Method: "POST", Path: "/sign-in/membership", Access: Public, Handle: (*Site).chooseMembership},
		{Method: "POST", Path: "/sign-in/code", Access: Public, Handle: (*Site).confirmFactor},
		{Method: "POST", Path: "/sign-in/enrolment", Access: Public, Handle: (*Site).beginEnrolment},
		{Method: "POST", Path: "/sign-in/enrolment/confirmation", Access: Public, Handle: (*Site).confirmEnrolment},
		{Method: "GET", Path: "/sign-in/reset", Access: Public, Handle: (*Site).askResetForm},
		{Method: "POST", Path: "/sign-in/reset", Access: Public, Handle: (*Site).askReset},
		{Method: "GET", Path: "/reset/:token", Access: Public, Handle: (*Site).resetForm},
		{Method: "POST", Path: "/reset/:token", Access: Public, Handle: (*Site).resetPassword},
		{Method: "GET", Path: "/sign-in/fresh", Access: SignedIn, Handle: (*Site).freshForm},
		{Method: "POST", Path: "/sign-in/fresh", Access: SignedIn, Handle: (*Site).refresh},
		{Method: "POST", Path: "/sign-out", Access: Public, Handle: (*Site).signOut},
		{Method: "GET", Path: "/logo", Access: SignedIn, Handle: (*Site).logo},
		{Method: "GET", Path: "/quick-exit", Access: Public, Handle: (*Site).quickExit},
		{Method: "POST", Path: "/language", Access: Public, Handle: (*Site).chooseLanguage},
		{Method: "POST", Path: "/theme", Access: Public, Handle: (*Site).chooseTheme},
		{Method: "GET", Path: "/invitation/:token", Access: Public, Handle: (*Site).invitation},
		{Method: "POST", Path: "/invitation/:token", Access: Public, Handle: (*Site).acceptInvitation},
		{Method: "GET", Path: "/reminders/stop/:token", Access: Public, Handle: (*Site).stopForm},
		{Method: "POST", Path: "/reminders/stop/:token", Access: Public, Handle: (*Site).stopReminders, OneClick: true},
		{Method: "GET", Path: "/calendar/:token.ics", Access: Public, Handle: (*Site).calendar, Program: true},
		{Method: "POST", Path: "/hooks/sms", Access: Public, Handle: (*Site).textReceipt, Program: true},
		{Method: "GET", Path: "/demo/mailbox", Access: Public, Handle: (*Site).mailbox},
		{Method: "GET", Path: "/demo/mailbox/:id", Access: Public, Handle: (*Site).mail},
	}
}

func portalRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/portal", Access: SignedIn, Handle: (*Site).portal},
		{Method: "GET", Path: "/portal/contact", Access: SignedIn, Handle: (*Site).help},
		{Method: "GET", Path: "/portal/tasks", Access: SignedIn, Handle: (*Site).listTasks},
		{Method: "GET", Path: "/portal/paper", Access: SignedIn, Handle: (*Site).homeworkPaper},
		{Method: "GET", Path: "/portal/tasks/:id/paper", Access: SignedIn, Handle: (*Site).taskPaper},
		{Method: "GET", Path: "/portal/tasks/:id", Access: SignedIn, Handle: (*Site).task},
		{Method: "POST", Path: "/portal/tasks/:id", Access: SignedIn, Handle: (*Site).answerTask, Late: (*Site).lateDraft},
		{Method: "POST", Path: "/portal/tasks/:id/draft", Access: SignedIn, Handle: (*Site).saveDraft, Late: (*Site).lateDraft},
		{Method: "GET", Path: "/portal/tasks/:id/sent", Access: SignedIn, Handle: (*Site).taskSent},
		{Method: "GET", Path: "/portal/tasks/:id/taking-back", Access: SignedIn, Handle: (*Site).takeBackForm},
		{Method: "POST", Path: "/portal/tasks/:id/taking-back", Access: SignedIn, Handle: (*Site).takeBack},
		{Method: "GET", Path: "/portal/tasks/:id/skipping", Access: SignedIn, Handle: (*Site).skipForm},
		{Method: "POST", Path: "/portal/tasks/:id/skipping", Access: SignedIn, Handle: (*Site).skipTask},
		{Method: "GET", Path: "/portal/tasks/:id/audience", Access: SignedIn, Handle: (*Site).widenForm},
		{Method: "POST", Path: "/portal/tasks/:id/audience", Access: SignedIn, Handle: (*Site).widen},
		{Method: "GET", Path: "/portal/agreements", Access: SignedIn, Handle: (*Site).agreements},
		{Method: "GET", Path: "/portal/agreements/:id", Access: SignedIn, Handle: (*Site).agreement},
		{Method: "GET", Path: "/portal/agreements/:id/text", Access: SignedIn, Handle: (*Site).agreementText},
		{Method: "POST", Path: "/portal/agreements/:id/text", Access: SignedIn, Handle: (*Site).writeAgreement},
		{Method: "POST", Path: "/portal/agreements/:id/signature", Access: SignedIn, Handle: (*Site).signAgreement},
		{Method: "GET", Path: "/portal/agreements/:id/withdrawal", Access: SignedIn, Handle: (*Site).withdrawForm},
		{Method: "POST", Path: "/portal/agreements/:id/withdrawal", Access: SignedIn, Handle: (*Site).withdrawSignature},
		{Method: "GET", Path: "/portal/agreements/:id/history", Access: SignedIn, Handle: (*Site).agreementHistory},
		{Method: "GET", Path: "/portal/agreements/:id/end", Access: SignedIn, Handle: (*Site).endForm},
		{Method: "POST", Path: "/portal/agreements/:id/end", Access: SignedIn, Handle: (*Site).endAgreement},
		{Method: "POST", Path: "/portal/agreements/:id/review/taking-back", Access: SignedIn, Handle: (*Site).takeBackReview},
		{Method: "GET", Path: "/portal/agreements/:id/review", Access: SignedIn, Handle: (*Site).reviewForm},
		{Method: "POST", Path: "/portal/agreements/:id/review", Access: SignedIn, Handle: (*Site).reviewAgreement},
		{Method: "GET", Path: "/portal/progress", Access: SignedIn, Handle: (*Site).progress},
		{Method: "GET", Path: "/portal/programme", Access: SignedIn, Handle: (*Site).programme},
		{Method: "GET", Path: "/portal/sessions", Access: SignedIn, Handle: (*Site).sessions},
		{Method: "GET", Path: "/portal/messages", Access: SignedIn, Handle: (*Site).messages},
		{Method: "GET", Path: "/portal/messages/together", Access: SignedIn, Handle: (*Site).messagesTogether},
		{Method: "POST", Path: "/portal/messages/together", Access: SignedIn, Handle: (*Site).writeTogether, Late: (*Site).lateMessage},
		{Method: "POST", Path: "/portal/messages/together/draft", Access: SignedIn, Handle: (*Site).keepTogether, Late: (*Site).lateMessage},
		{Method: "GET", Path: "/portal/messages/alone", Access: SignedIn, Handle: (*Site).messagesAlone},
		{Method: "POST", Path: "/portal/messages/alone", Access: SignedIn, Handle: (*Site).writeAlone, Late: (*Site).lateMessage},
		{Method: "POST", Path: "/portal/messages/alone/draft", Access: SignedIn, Handle: (*Site).keepAlone, Late: (*Site).lateMessage},
		{Method: "POST", Path: "/portal/messages/:id/taking-back", Access: SignedIn, Handle: (*Site).takeBackMessage},
		{Method: "GET", Path: "/portal/reports", Access: SignedIn, Handle: (*Site).reports},
		{Method: "GET", Path: "/portal/reports/:id", Access: SignedIn, Handle: (*Site).report},
		{Method: "GET", Path: "/portal/reports/:id/pdf", Access: SignedIn, Handle: (*Site).reportPDF},
		{Method: "GET", Path: "/portal/privacy", Access: SignedIn, Handle: (*Site).privacy},
		{Method: "GET", Path: "/portal/privacy/export", Access: SignedIn, Handle: (*Site).exportForm},
		{Method: "POST", Path: "/portal/privacy/export", Access: SignedIn, Handle: (*Site).exportOwn},
		{Method: "POST", Path: "/portal/privacy/consents", Access: SignedIn, Handle: (*Site).changeConsent},
		{Method: "GET", Path: "/portal/privacy/pause", Access: SignedIn, Handle: (*Site).pauseForm},
		{Method: "POST", Path: "/portal/privacy/pause", Access: SignedIn, Handle: (*Site).pause},
		{Method: "POST", Path: "/portal/privacy/resumption", Access: SignedIn, Handle: (*Site).resume},
		{Method: "GET", Path: "/portal/privacy/withdrawal", Access: SignedIn, Handle: (*Site).withdrawPartnerForm},
		{Method: "POST", Path: "/portal/privacy/withdrawal", Access: SignedIn, Handle: (*Site).withdrawPartner},
		{Method: "GET", Path: "/portal/settings", Access: SignedIn, Handle: (*Site).settings},
		{Method: "GET", Path: "/portal/settings/devices", Access: SignedIn, Handle: (*Site).devices},
		{Method: "POST", Path: "/portal/settings/devices", Access: SignedIn, Handle: (*Site).subscribe},
		{Method: "POST", Path: "/portal/settings/devices/phone", Access: SignedIn, Handle: (*Site).changePhone},
		{Method: "POST", Path: "/portal/settings/devices/address", Access: SignedIn, Handle: (*Site).confirmAddress},
		{Method: "POST", Path: "/portal/settings/devices/calendar", Access: SignedIn, Handle: (*Site).renewCalendar},
		{Method: "POST", Path: "/portal/settings/devices/calendar/end", Access: SignedIn, Handle: (*Site).endCalendar},
		{Method: "POST", Path: "/portal/settings/devices/:device/removal", Access: SignedIn, Handle: (*Site).unsubscribe},
		{Method: "GET", Path: "/portal/settings/reminders", Access: SignedIn, Handle: (*Site).reminders},
		{Method: "POST", Path: "/portal/settings/reminders", Access: SignedIn, Handle: (*Site).changeReminders},
		{Method: "GET", Path: "/portal/settings/reminders/times", Access: SignedIn, Handle: (*Site).portalLeads},
		{Method: "POST", Path: "/portal/settings/reminders/times", Access: SignedIn, Handle: (*Site).changePortalLeads},
		{Method: "POST", Path: "/portal/settings/reminders/stop", Access: SignedIn, Handle: (*Site).stopAll},
		{Method: "POST", Path: "/portal/settings/reminders/tests", Access: SignedIn, Handle: (*Site).sendTest},
		{Method: "POST", Path: "/portal/settings/language", Access: SignedIn, Handle: (*Site).changeLanguage},
		{Method: "POST", Path: "/portal/settings/password", Access: SignedIn, Handle: (*Site).changePassword},
	}
}
