package tests

// form is what a page's form sends; anything else goes as JSON. {couple}, {partner} and {member} stand for ids of the file
// that is asked for, {random} for something new each time.
type form map[string]string

type object map[string]any

var (
	weekly    = object{"answers": object{"loving": "Je luisterde", "unseen": "Zondag", "differently": "Eerder bellen", "us": 7}}
	agreement = object{"exercise_id": "trust-contract", "points": []object{{"area": "together", "agreement": "Samen eten", "measure": "Twee avonden"}}}
	written   = form{"exercise_id": "trust-contract", "points.0.area": "together", "points.0.agreement": "Samen eten", "points.0.measure": "Twee avonden", "version": "1"}
	person    = form{"role": "therapist", "clinician": "1", "name": "Een ander", "email": "lid{random}@practice.example", "locale": "nl", "version": "1"}
	wishes    = form{"mail": "1", "cap_per_day": "4", "quiet_from": "21:30", "quiet_until": "08:00", "version": "1"}
	secret    = form{"present": "niet het mijne", "password": "een heel lange zin hier", "password_again": "een heel lange zin hier"}
	homework  = object{"exercise_id": "daily-checkin", "for": "both", "schedule": object{"kind": "daily", "at": "20:00"}, "starts_on": "2026-10-05"}
	version1  = form{"version": "1"}
)

// bodies are inputs that would do, by route, so that nothing is refused for its body before its id is looked at.
var bodies = map[string]any{
	"POST /api/v1/auth/tokens":                            object{"email": "niemand@client.example", "password": "een heel lange zin"},
	"DELETE /api/v1/auth/tokens/current":                  nil,
	"POST /api/v1/invitations/{token}/acceptance":         object{"password": "een heel lange zin hier", "consent_treatment": true, "accept_secrets_policy": true},
	"PATCH /api/v1/me/reminders":                          object{"digest": true},
	"POST /api/v1/members":                                object{"role": "office", "name": "Nieuw", "email": "lid{random}@practice.example"},
	"PATCH /api/v1/members/{id}":                          object{"name": "Een ander"},
	"POST /api/v1/webhooks":                               object{"url": "https://hooks.practice.example/in", "events": []string{"session.planned"}},
	"POST /api/v1/couples":                                object{"partners": []object{{"name": "Ali", "email": "ali{random}@client.example"}, {"name": "Zoë", "email": "zoe{random}@client.example"}}},
	"PATCH /api/v1/couples/{id}":                          object{"status": "paused"},
	"POST /api/v1/couples/{id}/partners/{pid}/invitation": nil,
	"POST /api/v1/couples/{id}/programme":                 object{"programme": "communication-repair", "phase": 1},
	"POST /api/v1/sessions":                               object{"couple_id": "{couple}", "kind": "conjoint", "starts_at": "2026-10-20T09:00:00Z", "ends_at": "2026-10-20T10:00:00Z"},
	"PATCH /api/v1/sessions/{id}":                         object{"room": "Zolder"},
	"POST /api/v1/sessions/{id}/cancellation":             nil,
	"PUT /api/v1/sessions/{id}/note":                      object{"body": "Van een ander"},
	"POST /api/v1/sessions/{id}/note/signature":           nil,
	"POST /api/v1/exercises":                              object{"title": "Niet af"},
	"PUT /api/v1/exercises/{id}/favourite":                nil,
	"DELETE /api/v1/exercises/{id}/favourite":             nil,
	"POST /api/v1/exercises/import":                       object{"yaml": "title: { nl: Niet af }"},
	"POST /api/v1/exercises/{id}/copy":                    nil,
	"POST /api/v1/exercises/{id}/publication":             nil,
	"POST /api/v1/exercises/{id}/archive":                 nil,
	"DELETE /api/v1/exercises/{id}/archive":               nil,
	"PUT /api/v1/exercises/{id}":                          object{"kind": "exercise", "who": "each", "title": object{"nl": "Van een ander"}, "schedule": object{"kind": "once"}},
	"PATCH /api/v1/exercises/{id}":                        object{"shared": true},
	"POST /api/v1/couples/{id}/assignments":               homework,
	"PATCH /api/v1/assignments/{id}":                      object{"ends_on": "2026-12-31"},
	"DELETE /api/v1/assignments/{id}":                     nil,
	"PUT /api/v1/tasks/{id}/draft":                        weekly,
	"POST /api/v1/tasks/{id}/response":                    weekly,
	"DELETE /api/v1/tasks/{id}/response":                  nil,
	"POST /api/v1/tasks/{id}/skip":                        nil,
	"POST /api/v1/responses/{id}/reveal":                  nil,
	"POST /api/v1/responses/{id}/audience":                object{"question": "hurts", "audience": "both"},
	"POST /api/v1/couples/{id}/agreements":                agreement,
	"PUT /api/v1/agreements/{id}":                         agreement,
	"POST /api/v1/agreements/{id}/signature":              object{"revision": 1, "name": "Mallory"},
	"DELETE /api/v1/agreements/{id}/signature":            nil,
	"POST /api/v1/agreements/{id}/review":                 object{"kept": object{"1": true}},
	"POST /api/v1/couples/{id}/reports":                   object{"month": "2026-10", "audience": "couple"},
	"PUT /api/v1/reports/{id}/note":                       object{"note": "Van een ander"},
	"POST /api/v1/reports/{id}/approval":                  nil,
	"POST /api/v1/reports/{id}/withdrawal":                nil,

	"POST /sign-in":                        form{"email": "niemand@client.example", "password": "een heel lange zin"},
	"POST /sign-in/reset":                  form{"email": "niemand@client.example"},
	"POST /reset/:token":                   form{"password": "een heel lange zin hier", "password_again": "een heel lange zin hier"},
	"POST /sign-in/membership":             form{"membership": "01890000-0000-7000-8000-000000000001"},
	"POST /sign-in/code":                   form{"code": "000000"},
	"POST /sign-in/enrolment":              form{},
	"POST /sign-in/enrolment/confirmation": form{"code": "000000"},
	"POST /sign-in/fresh":                  form{"password": "niet het mijne"},
	"POST /sign-out":                       form{},
	"POST /language":                       form{"lang": "nl", "back": "/portal"},
	"POST /theme":                          form{"theme": "dark", "back": "/portal"},
	"POST /invitation/:token":              form{"password": "een heel lange zin hier", "password_again": "een heel lange zin hier", "locale": "nl", "consent_treatment": "1", "accept_secrets_policy": "1"},
	"POST /reminders/stop/:token":          form{},

	"POST /portal/tasks/:id":                 form{"q.loving": "Je luisterde", "q.unseen": "Zondag", "q.differently": "Eerder bellen", "q.us": "7"},
	"POST /portal/tasks/:id/draft":           form{"q.loving": "Je luisterde"},
	"POST /portal/tasks/:id/taking-back":     form{},
	"POST /portal/tasks/:id/skipping":        form{},
	"POST /portal/tasks/:id/audience":        form{"question": "hurts", "audience": "both"},
	"POST /portal/agreements/:id/text":       written,
	"POST /portal/agreements/:id/signature":  form{"revision": "1", "name": "Mallory", "agreed": "1"},
	"POST /portal/agreements/:id/withdrawal": form{},
	"POST /portal/agreements/:id/review":     form{"words": "Ging goed"},
	"POST /portal/privacy/consents":          form{"kind": "report_line", "given": "1"},
	"POST /portal/privacy/pause":             form{},
	"POST /portal/privacy/resumption":        form{},
	"POST /portal/privacy/withdrawal":        form{},
	"POST /portal/settings/reminders":        wishes,
	"POST /portal/settings/language":         form{"lang": "nl"},
	"POST /portal/settings/password":         secret,

	"POST /desk/alerts/:id/acknowledgement":                    form{},
	"POST /desk/couples":                                       form{"partners.0.name": "Ali", "partners.0.email": "ali{random}@client.example", "partners.0.locale": "nl", "partners.1.name": "Zoë", "partners.1.email": "zoe{random}@client.example", "partners.1.locale": "nl"},
	"POST /desk/couples/:id/assign":                            form{"exercise_id": "daily-checkin", "for": "both", "schedule.kind": "daily", "schedule.at": "20:00", "starts_on": "2026-10-05", "step": "give"},
	"POST /desk/couples/:id/homework/:assignment":              form{"schedule.kind": "once", "schedule.at": "20:00", "ends_on": "2026-12-31", "version": "1"},
	"POST /desk/couples/:id/homework/:assignment/cancellation": version1,
	"POST /desk/couples/:id/answers/:response/reveal":          form{},
	"POST /desk/couples/:id/agreements":                        written,
	"POST /desk/couples/:id/agreements/:agreement":             written,
	"POST /desk/couples/:id/agreements/:agreement/review":      form{"words": "Ging goed"},
	"POST /desk/couples/:id/reports":                           form{"for": "couple", "month": "2026-10", "locale": "nl"},
	"POST /desk/couples/:id/partners/:partner/invitation":      form{},
	"POST /desk/library/favourites":                            form{"add": "fair-fight", "back": "/desk/library"},
	"POST /desk/couples/:id/settings":                          form{"status": "paused", "therapists": "{member}", "version": "1"},
	"POST /desk/couples/:id/programme":                         form{"programme": "communication-repair/1", "version": "1"},
	"POST /desk/couples/:id/hold":                              form{"hold": "1", "version": "1"},
	"POST /desk/calendar":                                      form{"couple": "{couple}", "who": "both", "on": "2026-10-20", "at": "10:00", "minutes": "50", "therapists": "{member}"},
	"POST /desk/calendar/:session/move":                        form{"on": "2026-10-21", "at": "10:00", "minutes": "50", "therapists": "{member}", "version": "1"},
	"POST /desk/calendar/:session/status":                      form{"status": "held", "version": "1"},
	"POST /desk/calendar/:session/cancellation":                version1,
	"POST /desk/calendar/:session/note":                        form{"body": "Van een ander", "version": "1"},
	"POST /desk/calendar/:session/note/signature":              form{},
	"POST /desk/reports/:report/note":                          form{"note": "Van een ander", "version": "1"},
	"POST /desk/reports/:report/approval":                      form{"when": "now", "version": "1"},
	"POST /desk/reports/:report/withdrawal":                    version1,
	"POST /desk/settings/language":                             form{"lang": "nl"},
	"POST /desk/settings/password":                             secret,
	"POST /desk/settings/reminders":                            wishes,
	"POST /desk/settings/factor":                               form{},
	"POST /desk/settings/factor/proof":                         form{"code": "000000"},
	"POST /desk/settings/members":                              person,
	"POST /desk/settings/members/:member":                      person,
	"POST /desk/settings/webhooks":                             form{"url": "https://hooks.practice.example/in", "events": "session.planned"},
}

// queries are what some pages want to be asked with.
var queries = map[string]string{
	"GET /portal/tasks/:id/audience": "?question=hurts",
}
