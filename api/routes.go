package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Access says who may call a route: anybody, or whoever is signed in. What they may do there is for care to say.
type Access string

// The two kinds of access. A route without either refuses everybody.
const (
	Public   Access = "public"
	SignedIn Access = "signed_in"
)

// Route is one route of the API.
type Route struct {
	Method      string
	Path        string // whole path with {parameters}.
	Access      Access
	OperationID string
}

// binding registers a row's handler.
type binding func(e *edge, h huma.API, op huma.Operation)

// row is one line of the table of contents.
type row struct {
	method  string
	path    string // below Prefix.
	access  Access
	id      string
	status  int // of success.
	tag     string
	summary string
	bind    binding
}

// table is every route of the API. Nothing else is registered: Mount walks this table and has no other way in.
var table = []row{
	{"POST", "/auth/tokens", Public, "createToken", 201, "Sign-in", "Sign in and get a bearer token", on((*edge).createToken)},
	{"DELETE", "/auth/tokens/current", SignedIn, "deleteToken", 204, "Sign-in", "Sign out: the token stops working", on((*edge).deleteToken)},
	{"GET", "/invitations/{token}", Public, "getInvitation", 200, "Sign-in", "What an invited person is asked to accept; it does not use the invitation up", on((*edge).getInvitation)},
	{"POST", "/invitations/{token}/acceptance", Public, "acceptInvitation", 201, "Sign-in", "Accept an invitation in person: password, language and consents", on((*edge).acceptInvitation)},

	{"GET", "/me", SignedIn, "getMe", 200, "Me", "Who am I", on((*edge).getMe)},
	{"GET", "/me/reminders", SignedIn, "getReminders", 200, "Me", "How I want to be reminded", on((*edge).getReminders)},
	{"PATCH", "/me/reminders", SignedIn, "changeReminders", 200, "Me", "Change how I want to be reminded", on((*edge).changeReminders)},
	{"GET", "/me/reminders/tests", SignedIn, "listTests", 200, "Me", "How the last messages fared that I sent to myself", on((*edge).listTests)},
	{"POST", "/me/reminders/tests", SignedIn, "sendTest", 202, "Me", "Send myself a neutral test over one channel", on((*edge).sendTest)},
	{"GET", "/me/push", SignedIn, "listDevices", 200, "Me", "My browsers that show when something is ready, and the key a new one needs", on((*edge).listDevices)},
	{"POST", "/me/push", SignedIn, "subscribe", 201, "Me", "Let a browser of mine show when something is ready; never what", on((*edge).subscribe)},
	{"DELETE", "/me/push/{id}", SignedIn, "unsubscribe", 204, "Me", "End that for one browser", on((*edge).unsubscribe)},
	{"GET", "/me/calendar", SignedIn, "getCalendar", 200, "Me", "My calendar's address; shown soon after a sign-in alone", on((*edge).getCalendar)},
	{"POST", "/me/calendar", SignedIn, "renewCalendar", 200, "Me", "Make my calendar's address, or a new one; soon after a sign-in alone", on((*edge).renewCalendar)},
	{"DELETE", "/me/calendar", SignedIn, "endCalendar", 204, "Me", "End my calendar's address", on((*edge).endCalendar)},

	{"GET", "/me/homework/pdf", SignedIn, "getOwnHomework", 200, "Papers", "My own homework of the coming week, as a form for a pen", on((*edge).getOwnHomework)},
	{"POST", "/me/export", SignedIn, "exportOwn", 200, "Papers", "My own data, as JSON and to read; soon after a sign-in alone, six times an hour at most", on((*edge).exportOwn)},

	{"GET", "/members", SignedIn, "listMembers", 200, "Practice", "The people of the practice", on((*edge).listMembers)},
	{"POST", "/members", SignedIn, "addMember", 201, "Practice", "Add a member; the invitation goes out by mail", on((*edge).addMember)},
	{"PATCH", "/members/{id}", SignedIn, "changeMember", 200, "Practice", "Change a member's role or standing", on((*edge).changeMember)},
	{"GET", "/practice/reminders", SignedIn, "getLeads", 200, "Practice", "When reminders go in the practice", on((*edge).getLeads)},
	{"PATCH", "/practice/reminders", SignedIn, "changeLeads", 200, "Practice", "Change when reminders go in the practice; each person may choose otherwise", on((*edge).changeLeads)},
	{"GET", "/practice/brand", SignedIn, "getBrand", 200, "Practice", "What our reports and papers look like", on((*edge).getBrand)},
	{"PATCH", "/practice/brand", SignedIn, "changeBrand", 200, "Practice", "Set colour and logo of our reports and papers, from the next one on", on((*edge).changeBrand)},
	{"GET", "/practice/brand/logo", SignedIn, "getLogo", 200, "Practice", "The practice's logo", on((*edge).getLogo)},
	{"GET", "/webhooks", SignedIn, "listWebhooks", 200, "Practice", "Addresses that are told of events", on((*edge).listWebhooks)},
	{"POST", "/webhooks", SignedIn, "addWebhook", 201, "Practice", "Add a webhook; its signing secret is shown this once", on((*edge).addWebhook)},
	{"GET", "/practice/queue", SignedIn, "getQueue", 200, "Practice", "How our reminders fare: what waits, what went and what did not", on((*edge).getQueue)},
	{"GET", "/practice/words", SignedIn, "listWords", 200, "Practice", "What our messages say, by kind and language, and how they arrive", on((*edge).listWords)},
	{"PUT", "/practice/words", SignedIn, "changeWords", 200, "Practice", "Say it in the practice's own words; a checker refuses what could tell somebody something", on((*edge).changeWords)},
	{"POST", "/practice/words/check", SignedIn, "checkWords", 200, "Practice", "Check words and see how they would arrive; nothing is kept", on((*edge).checkWords)},
	{"POST", "/practice/words/reset", SignedIn, "resetWords", 204, "Practice", "Go back to the standard words", on((*edge).resetWords)},
	{"POST", "/practice/words/tests", SignedIn, "tryWords", 202, "Practice", "Send myself the practice's own words as a test", on((*edge).tryWords)},
	{"GET", "/audit", SignedIn, "listAudit", 200, "Practice", "Who did what and who looked, newest first", on((*edge).listAudit)},

	{"GET", "/couples", SignedIn, "listCouples", 200, "Couples", "The couples I may know", on((*edge).listCouples)},
	{"POST", "/couples", SignedIn, "createCouple", 201, "Couples", "Open a case with two partners", on((*edge).createCouple)},
	{"GET", "/couples/{id}", SignedIn, "getCouple", 200, "Couples", "One couple with its two partners", on((*edge).getCouple)},
	{"PATCH", "/couples/{id}", SignedIn, "changeCouple", 200, "Couples", "Change status or therapists", on((*edge).changeCouple)},
	{"POST", "/couples/{id}/partners/{pid}/invitation", SignedIn, "invitePartner", 202, "Couples", "Send a partner's invitation, again if need be", on((*edge).invitePartner)},
	{"GET", "/couples/{id}/programme", SignedIn, "getCoupleProgramme", 200, "Programmes", "The programme a couple follows; a partner gets the own part", on((*edge).getCoupleProgramme)},
	{"POST", "/couples/{id}/programme", SignedIn, "startProgramme", 200, "Programmes", "Set the couple's programme and phase", on((*edge).startProgramme)},
	{"PATCH", "/couples/{id}/programme", SignedIn, "adaptProgramme", 200, "Programmes", "Change phases for this couple alone", on((*edge).adaptProgramme)},
	{"POST", "/couples/{id}/programme/phase", SignedIn, "moveProgramme", 200, "Programmes", "Move to a phase, forward or back, with a reason", on((*edge).moveProgramme)},
	{"POST", "/couples/{id}/programme/milestones", SignedIn, "tickMilestone", 200, "Programmes", "Say that a milestone was reached, or take that back", on((*edge).tickMilestone)},
	{"POST", "/couples/{id}/programme/pause", SignedIn, "pauseProgramme", 200, "Programmes", "Let the programme rest", on((*edge).pauseProgramme)},
	{"POST", "/couples/{id}/programme/resumption", SignedIn, "resumeProgramme", 200, "Programmes", "Take the programme up again", on((*edge).resumeProgramme)},
	{"POST", "/couples/{id}/programme/end", SignedIn, "endProgramme", 200, "Programmes", "End the programme, with a reason", on((*edge).endProgramme)},
	{"GET", "/couples/{id}/progress", SignedIn, "getProgress", 200, "Couples", "The figures behind a month's report", on((*edge).getProgress)},

	{"GET", "/couples/{id}/preparation/pdf", SignedIn, "getPreparation", 200, "Papers", "A sheet to prepare a session with, for the therapist's eyes", on((*edge).getPreparation)},
	{"GET", "/couples/{id}/year/pdf", SignedIn, "getYear", 200, "Papers", "Twelve months at a glance, for the therapists, the two or one of them", on((*edge).getYear)},
	{"GET", "/couples/{id}/partners/{pid}/homework/pdf", SignedIn, "getHomework", 200, "Papers", "A partner's homework as a form for a pen, in that partner's language", on((*edge).getHomework)},
	{"POST", "/couples/{id}/partners/{pid}/export", SignedIn, "exportPartner", 200, "Papers", "One partner's data as far as therapists may read them, with a reason; soon after a sign-in alone", on((*edge).exportPartner)},

	{"GET", "/sessions", SignedIn, "listSessions", 200, "Sessions", "Therapy sessions, earliest first", on((*edge).listSessions)},
	{"POST", "/sessions", SignedIn, "planSession", 201, "Sessions", "Plan a session; an overlap is refused", on((*edge).planSession)},
	{"GET", "/sessions/{id}", SignedIn, "getSession", 200, "Sessions", "One session", on((*edge).getSession)},
	{"PATCH", "/sessions/{id}", SignedIn, "changeSession", 200, "Sessions", "Move a session or say how it went", on((*edge).changeSession)},
	{"POST", "/sessions/{id}/cancellation", SignedIn, "cancelSession", 200, "Sessions", "Cancel a session; its time is free again", on((*edge).cancelSession)},
	{"GET", "/sessions/{id}/note", SignedIn, "getNote", 200, "Sessions", "The therapist's note and what it amends", on((*edge).getNote)},
	{"PUT", "/sessions/{id}/note", SignedIn, "writeNote", 200, "Sessions", "Write the note; once signed this writes an amendment", on((*edge).writeNote)},
	{"POST", "/sessions/{id}/note/signature", SignedIn, "signNote", 200, "Sessions", "Sign the note", on((*edge).signNote)},

	{"GET", "/exercises", SignedIn, "listExercises", 200, "Library", "Exercises of the library and the practice", on((*edge).listExercises)},
	{"POST", "/exercises", SignedIn, "addExercise", 201, "Library", "Add an exercise of the practice's own", on((*edge).addExercise)},
	{"GET", "/exercises/{id}", SignedIn, "getExercise", 200, "Library", "One exercise with its form", on((*edge).getExercise)},
	{"PUT", "/exercises/{id}", SignedIn, "changeExercise", 200, "Library", "Replace the draft of an own exercise; what was given keeps its version", on((*edge).changeExercise)},
	{"PATCH", "/exercises/{id}", SignedIn, "shareExercise", 200, "Library", "Share an own exercise with the practice, or keep it to oneself", on((*edge).shareExercise)},
	{"GET", "/exercises/{id}/draft", SignedIn, "getExerciseDraft", 200, "Library", "An own exercise as it is being made, and what is missing", on((*edge).getExerciseDraft)},
	{"POST", "/exercises/{id}/publication", SignedIn, "publishExercise", 200, "Library", "Publish the draft: a new version is given from now on", on((*edge).publishExercise)},
	{"POST", "/exercises/{id}/archive", SignedIn, "archiveExercise", 200, "Library", "Offer an own exercise no more; where it was given it goes on", on((*edge).archiveExercise)},
	{"DELETE", "/exercises/{id}/archive", SignedIn, "restoreExercise", 200, "Library", "Bring an own exercise back from the archive", on((*edge).restoreExercise)},
	{"POST", "/exercises/{id}/copy", SignedIn, "copyExercise", 201, "Library", "Copy any exercise, to adapt it", on((*edge).copyExercise)},
	{"GET", "/exercises/{id}/yaml", SignedIn, "getExerciseYAML", 200, "Library", "Download an exercise as YAML", on((*edge).getExerciseYAML)},
	{"POST", "/exercises/import", SignedIn, "importExercise", 201, "Library", "Make an own exercise from YAML; everything that is wrong is told, with its line", on((*edge).importExercise)},
	{"PUT", "/exercises/{id}/favourite", SignedIn, "favouriteExercise", 204, "Library", "Keep an exercise at hand: for me alone", on((*edge).favouriteExercise)},
	{"DELETE", "/exercises/{id}/favourite", SignedIn, "unfavouriteExercise", 204, "Library", "Put an exercise back", on((*edge).unfavouriteExercise)},
	{"GET", "/own-exercises", SignedIn, "listOwnExercises", 200, "Library", "The practice's own exercises, with drafts and the archive", on((*edge).listOwnExercises)},
	{"GET", "/programmes", SignedIn, "listProgrammes", 200, "Programmes", "Programmes to choose from", on((*edge).listProgrammes)},
	{"GET", "/programmes/{id}", SignedIn, "getProgramme", 200, "Programmes", "One programme whole: gate, phases, reviews and background", on((*edge).getProgramme)},

	{"GET", "/couples/{id}/assignments", SignedIn, "listAssignments", 200, "Homework", "A couple's homework, newest first", on((*edge).listAssignments)},
	{"POST", "/couples/{id}/assignments", SignedIn, "assignExercise", 201, "Homework", "Give an exercise to a couple or one partner", on((*edge).assignExercise)},
	{"PATCH", "/assignments/{id}", SignedIn, "changeAssignment", 200, "Homework", "Change when homework falls due or ends", on((*edge).changeAssignment)},
	{"DELETE", "/assignments/{id}", SignedIn, "cancelAssignment", 204, "Homework", "Stop homework; answers stay", on((*edge).cancelAssignment)},

	{"GET", "/tasks", SignedIn, "listTasks", 200, "Tasks", "My own tasks", on((*edge).listTasks)},
	{"GET", "/tasks/{id}", SignedIn, "getTask", 200, "Tasks", "One task of mine, with its form and who may read each answer", on((*edge).getTask)},
	{"PUT", "/tasks/{id}/draft", SignedIn, "saveDraft", 200, "Tasks", "Keep what was typed so far; only the writer reads it", on((*edge).saveDraft)},
	{"POST", "/tasks/{id}/response", SignedIn, "completeTask", 201, "Tasks", "Send the answers in", on((*edge).completeTask)},
	{"DELETE", "/tasks/{id}/response", SignedIn, "takeBackResponse", 204, "Tasks", "Take the answers back, before they open", on((*edge).takeBackResponse)},
	{"GET", "/tasks/{id}/pdf", SignedIn, "getTaskPaper", 200, "Papers", "One task of mine as a form for a pen", on((*edge).getTaskPaper)},
	{"POST", "/tasks/{id}/skip", SignedIn, "skipTask", 204, "Tasks", "Leave a task undone, without a reason", on((*edge).skipTask)},

	{"GET", "/couples/{id}/responses", SignedIn, "listResponses", 200, "Responses", "What a therapist may read of a couple's answers", on((*edge).listResponses)},
	{"POST", "/responses/{id}/reveal", SignedIn, "revealResponse", 200, "Responses", "Open in-session answers to the other partner", on((*edge).revealResponse)},
	{"POST", "/responses/{id}/audience", SignedIn, "widenAudience", 200, "Responses", "Let more readers see one answer of my own", on((*edge).widenAudience)},

	{"GET", "/couples/{id}/agreements", SignedIn, "listAgreements", 200, "Agreements", "A couple's agreements", on((*edge).listAgreements)},
	{"POST", "/couples/{id}/agreements", SignedIn, "proposeAgreement", 201, "Agreements", "Write an agreement's text for both to sign", on((*edge).proposeAgreement)},
	{"GET", "/agreements/{id}", SignedIn, "getAgreement", 200, "Agreements", "One agreement with signatures and reviews", on((*edge).getAgreement)},
	{"PUT", "/agreements/{id}", SignedIn, "rewriteAgreement", 200, "Agreements", "Change the text; signatures start anew", on((*edge).rewriteAgreement)},
	{"POST", "/agreements/{id}/signature", SignedIn, "signAgreement", 200, "Agreements", "Sign a revision, each partner alone", on((*edge).signAgreement)},
	{"DELETE", "/agreements/{id}/signature", SignedIn, "withdrawSignature", 200, "Agreements", "Take my signature back", on((*edge).withdrawSignature)},
	{"POST", "/agreements/{id}/end", SignedIn, "endAgreement", 200, "Agreements", "End it for good; what was signed stays to be read", on((*edge).endAgreement)},
	{"POST", "/agreements/{id}/review", SignedIn, "reviewAgreement", 200, "Agreements", "Say which points were kept", on((*edge).reviewAgreement)},

	{"GET", "/messages", SignedIn, "listMessages", 200, "Messages", "My own messages, newest first: together, or alone with the therapists soon after a sign-in. What is shown counts as read", on((*edge).listMessages)},
	{"POST", "/messages", SignedIn, "sendMessage", 201, "Messages", "Write a message, to both and the therapists or to the therapists alone", on((*edge).sendMessage)},
	{"DELETE", "/messages/{id}", SignedIn, "takeBackMessage", 204, "Messages", "Take a message of mine back, as long as nobody else was shown it", on((*edge).takeBackMessage)},
	{"GET", "/couples/{id}/messages", SignedIn, "listCoupleMessages", 200, "Messages", "A thread of a couple's messages, newest first. What is shown counts as read", on((*edge).listCoupleMessages)},
	{"POST", "/couples/{id}/messages", SignedIn, "sendCoupleMessage", 201, "Messages", "Write a message in a thread of a couple", on((*edge).sendCoupleMessage)},

	{"POST", "/couples/{id}/reports", SignedIn, "requestReport", 202, "Reports", "Have a month's report built", on((*edge).requestReport)},
	{"GET", "/reports", SignedIn, "listReports", 200, "Reports", "Reports I may see", on((*edge).listReports)},
	{"GET", "/reports/{id}", SignedIn, "getReport", 200, "Reports", "Where a report stands", on((*edge).getReport)},
	{"PATCH", "/reports/{id}", SignedIn, "editReport", 200, "Reports", "Set words, goals and what is left out; the draft is built anew", on((*edge).editReport)},
	{"PUT", "/reports/{id}/note", SignedIn, "writeReportNote", 200, "Reports", "Set the therapist's words and rebuild the draft", on((*edge).writeReportNote)},
	{"POST", "/reports/{id}/approval", SignedIn, "approveReport", 200, "Reports", "Approve a draft: it is published now or at a moment", on((*edge).approveReport)},
	{"PUT", "/reports/{id}/later", SignedIn, "leaveReport", 200, "Reports", "Leave a draft that I looked at for later; it stays a draft", on((*edge).leaveReport)},
	{"DELETE", "/reports/{id}/later", SignedIn, "takeUpReport", 200, "Reports", "Take a draft up again that I left for later", on((*edge).takeUpReport)},
	{"POST", "/reports/{id}/withdrawal", SignedIn, "withdrawReport", 200, "Reports", "Take a report back", on((*edge).withdrawReport)},
	{"POST", "/reports/{id}/build", SignedIn, "rebuildReport", 202, "Reports", "Build a draft anew, or try again what could not be built", on((*edge).rebuildReport)},
	{"POST", "/reports/{id}/correction", SignedIn, "correctReport", 202, "Reports", "Begin a corrected revision; readers keep the one they have until it is approved", on((*edge).correctReport)},
	{"DELETE", "/reports/{id}/correction", SignedIn, "dropCorrection", 200, "Reports", "Give the corrected revision up", on((*edge).dropCorrection)},
	{"GET", "/reports/{id}/revisions", SignedIn, "listReportRevisions", 200, "Reports", "What was approved, and who opened it when; for the practice alone", on((*edge).listReportRevisions)},
	{"GET", "/reports/{id}/revisions/{revision}/pdf", SignedIn, "getRevisionPDF", 200, "Reports", "Download the octets that were approved as a revision", on((*edge).getRevisionPDF)},
	{"GET", "/report-drafts", SignedIn, "listReportDrafts", 200, "Reports", "Drafts at a glance, and which I have had open as they are now", on((*edge).listReportDrafts)},
	{"POST", "/report-approvals", SignedIn, "approveReports", 200, "Reports", "Approve many drafts that I have had open, each on its own", on((*edge).approveReports)},
	{"GET", "/report-months/{month}", SignedIn, "getReportMonth", 200, "Reports", "How far the building of a month's reports is", on((*edge).getReportMonth)},
	{"GET", "/reports/{id}/pdf", SignedIn, "getReportPDF", 200, "Reports", "Download the report; every download is logged", on((*edge).getReportPDF)},
}

// Routes lists every route of the API in the order of the table, for tests that walk them all.
func Routes() []Route {
	out := make([]Route, len(table))
	for i, r := range table {
		out[i] = Route{Method: r.method, Path: Prefix + r.path, Access: r.access, OperationID: r.id}
	}
	return out
}

// Signposts lists the routes outside the API proper that Mount registers: health, document and docs, for anybody.
func Signposts() []Route {
	paths := []string{healthPath, readyPath, securityPath, specPath, docsPath, docsStylePath}
	out := make([]Route, len(paths))
	for i, p := range paths {
		out[i] = Route{Method: http.MethodGet, Path: p, Access: Public}
	}
	return out
}

// operation is the row as OpenAPI knows it.
func (r row) operation() huma.Operation {
	op := huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, DefaultStatus: r.status, Summary: r.summary, Tags: []string{r.tag},
		MaxBodyBytes: maxBody + 1, Metadata: map[string]any{accessKey: r.access},
		Security: []map[string][]string{{}}, // Nothing is asked.
	}
	if r.access == SignedIn {
		op.Security = []map[string][]string{{"bearer": {}}}
		op.Errors = append(op.Errors, 401, 403)
	}
	if r.method != http.MethodGet {
		op.Errors = append(op.Errors, 400, 413, 415)
	}
	op.Errors = append(op.Errors, 404, 406, 409, 429, 503)
	if r.method == http.MethodPost && r.access == SignedIn {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: idempotencyHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString},
			Description: "A name for this write, made up by the client. Sending it again with the same body gives the first answer's status and Location and does nothing twice.",
		})
	}
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "Accept-Language", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
		Description: "nl or en, for texts and messages. The reader's own language when it is not given.",
	})
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Responses[strconv.Itoa(r.status)] = &huma.Response{Description: http.StatusText(r.status)}
	return op
}

// methodsOf finds the methods that the table knows for a path.
func methodsOf(path string) []string {
	rest, ok := strings.CutPrefix(path, Prefix)
	if !ok {
		return nil
	}
	asked := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	var out []string
	for _, r := range table {
		parts := strings.Split(r.path, "/")
		if len(parts) != len(asked) {
			continue
		}
		same := true
		for i, p := range parts {
			same = same && (strings.HasPrefix(p, "{") && asked[i] != "" || p == asked[i])
		}
		if same {
			out = append(out, r.method)
		}
	}
	return out
}
