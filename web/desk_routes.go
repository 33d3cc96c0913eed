package web

import "tussentijds/internal/fault"

// deskRoutes is the therapist's workspace: every page and form of it.
func deskRoutes() []Route {
	routes := []Route{
		{Method: "GET", Path: "/desk", Access: SignedIn, Handle: (*Site).deskToday},
		{Method: "POST", Path: "/desk/alerts/:id/acknowledgement", Access: SignedIn, Handle: (*Site).deskAcknowledgeAlert},
		{Method: "GET", Path: "/desk/shortcuts", Access: SignedIn, Handle: (*Site).deskShortcuts},

		{Method: "GET", Path: "/desk/couples", Access: SignedIn, Handle: (*Site).deskCouples},
		{Method: "POST", Path: "/desk/couples", Access: SignedIn, Handle: (*Site).deskCreateCouple},
		{Method: "GET", Path: "/desk/couples/new", Access: SignedIn, Handle: (*Site).deskNewCouple},
		{Method: "GET", Path: "/desk/couples/:id", Access: SignedIn, Handle: (*Site).deskCouple},
		{Method: "GET", Path: "/desk/couples/:id/homework", Access: SignedIn, Handle: (*Site).deskHomework},
		{Method: "GET", Path: "/desk/couples/:id/assign", Access: SignedIn, Handle: (*Site).deskAssign},
		{Method: "POST", Path: "/desk/couples/:id/assign", Access: SignedIn, Handle: (*Site).deskAssignExercise},
		{Method: "GET", Path: "/desk/couples/:id/homework/:assignment", Access: SignedIn, Handle: (*Site).deskAssignment},
		{Method: "POST", Path: "/desk/couples/:id/homework/:assignment", Access: SignedIn, Handle: (*Site).deskChangeAssignment},
		{Method: "POST", Path: "/desk/couples/:id/homework/:assignment/cancellation", Access: SignedIn, Handle: (*Site).deskCancelAssignment},
		{Method: "POST", Path: "/desk/couples/:id/homework/:assignment/resumption", Access: SignedIn, Handle: (*Site).deskResumeAssignment},
		{Method: "GET", Path: "/desk/couples/:id/answers", Access: SignedIn, Handle: (*Site).deskAnswers},
		{Method: "GET", Path: "/desk/couples/:id/answers/:response", Access: SignedIn, Handle: (*Site).deskAnswer},
		{Method: "GET", Path: "/desk/couples/:id/answers/:response/reveal", Access: SignedIn, Handle: (*Site).deskAskReveal},
		{Method: "POST", Path: "/desk/couples/:id/answers/:response/reveal", Access: SignedIn, Handle: (*Site).deskReveal},
		{Method: "GET", Path: "/desk/couples/:id/agreements", Access: SignedIn, Handle: (*Site).deskAgreements},
		{Method: "GET", Path: "/desk/couples/:id/agreements/new", Access: SignedIn, Handle: (*Site).deskNewAgreement},
		{Method: "POST", Path: "/desk/couples/:id/agreements", Access: SignedIn, Handle: (*Site).deskProposeAgreement},
		{Method: "GET", Path: "/desk/couples/:id/agreements/:agreement", Access: SignedIn, Handle: (*Site).deskAgreement},
		{Method: "POST", Path: "/desk/couples/:id/agreements/:agreement", Access: SignedIn, Handle: (*Site).deskRewriteAgreement},
		{Method: "POST", Path: "/desk/couples/:id/agreements/:agreement/end", Access: SignedIn, Handle: (*Site).deskEndAgreement},
		{Method: "GET", Path: "/desk/couples/:id/agreements/:agreement/review", Access: SignedIn, Handle: (*Site).deskAskReview},
		{Method: "POST", Path: "/desk/couples/:id/agreements/:agreement/review", Access: SignedIn, Handle: (*Site).deskReviewAgreement},
		{Method: "GET", Path: "/desk/couples/:id/sessions", Access: SignedIn, Handle: (*Site).deskCoupleSessions},
		{Method: "GET", Path: "/desk/couples/:id/progress", Access: SignedIn, Handle: (*Site).deskProgress},
		{Method: "GET", Path: "/desk/couples/:id/reports", Access: SignedIn, Handle: (*Site).deskCoupleReports},
		{Method: "POST", Path: "/desk/couples/:id/reports", Access: SignedIn, Handle: (*Site).deskRequestReport},
		{Method: "GET", Path: "/desk/couples/:id/contact", Access: SignedIn, Handle: (*Site).deskContact},
		{Method: "POST", Path: "/desk/couples/:id/partners/:partner/invitation", Access: SignedIn, Handle: (*Site).deskInvite},
		{Method: "GET", Path: "/desk/couples/:id/sent", Access: SignedIn, Handle: (*Site).deskSent},
		{Method: "GET", Path: "/desk/couples/:id/settings", Access: SignedIn, Handle: (*Site).deskCoupleSettings},
		{Method: "POST", Path: "/desk/couples/:id/settings", Access: SignedIn, Handle: (*Site).deskChangeCouple},
		{Method: "GET", Path: "/desk/couples/:id/programme", Access: SignedIn, Handle: (*Site).deskProgramme},
		{Method: "POST", Path: "/desk/couples/:id/programme", Access: SignedIn, Handle: (*Site).deskStartProgramme},
		{Method: "POST", Path: "/desk/couples/:id/programme/phase", Access: SignedIn, Handle: (*Site).deskMoveProgramme},
		{Method: "POST", Path: "/desk/couples/:id/programme/milestones", Access: SignedIn, Handle: (*Site).deskTickMilestone},
		{Method: "POST", Path: "/desk/couples/:id/programme/rest", Access: SignedIn, Handle: (*Site).deskRestProgramme},
		{Method: "POST", Path: "/desk/couples/:id/programme/end", Access: SignedIn, Handle: (*Site).deskEndProgramme},
		{Method: "GET", Path: "/desk/couples/:id/programme/adapt", Access: SignedIn, Handle: (*Site).deskAskAdapt},
		{Method: "POST", Path: "/desk/couples/:id/programme/adapt", Access: SignedIn, Handle: (*Site).deskAdapt},
		{Method: "GET", Path: "/desk/couples/:id/safety", Access: SignedIn, Handle: (*Site).deskSafety},
		{Method: "POST", Path: "/desk/couples/:id/screening", Access: SignedIn, Handle: (*Site).deskSendScreening},
		{Method: "POST", Path: "/desk/couples/:id/hold", Access: SignedIn, Handle: (*Site).deskHold},

		{Method: "GET", Path: "/desk/library", Access: SignedIn, Handle: (*Site).deskLibrary},
		{Method: "POST", Path: "/desk/library/favourites", Access: SignedIn, Handle: (*Site).deskFavourite},
		{Method: "GET", Path: "/desk/library/words", Access: SignedIn, Handle: (*Site).deskWords},
		{Method: "GET", Path: "/desk/library/assign", Access: SignedIn, Handle: (*Site).deskAssignFromLibrary},
		{Method: "GET", Path: "/desk/library/new", Access: SignedIn, Handle: (*Site).deskNewExercise},
		{Method: "POST", Path: "/desk/library/new", Access: SignedIn, Handle: (*Site).deskStartExercise},
		{Method: "GET", Path: "/desk/library/import", Access: SignedIn, Handle: (*Site).deskImport},
		{Method: "POST", Path: "/desk/library/import", Access: SignedIn, Handle: (*Site).deskImportExercise},
		{Method: "GET", Path: "/desk/library/own", Access: SignedIn, Handle: (*Site).deskOwnExercises},
		{Method: "GET", Path: "/desk/library/own/:own", Access: SignedIn, Handle: (*Site).deskBuilderReview},
		{Method: "GET", Path: "/desk/library/own/:own/preview", Access: SignedIn, Handle: (*Site).deskBuilderPreview},
		{Method: "GET", Path: "/desk/library/own/:own/about", Access: SignedIn, Handle: (*Site).deskBuilderAbout},
		{Method: "POST", Path: "/desk/library/own/:own/about", Access: SignedIn, Handle: (*Site).deskSaveAbout},
		{Method: "GET", Path: "/desk/library/own/:own/text", Access: SignedIn, Handle: (*Site).deskBuilderText},
		{Method: "POST", Path: "/desk/library/own/:own/text", Access: SignedIn, Handle: (*Site).deskSaveText},
		{Method: "GET", Path: "/desk/library/own/:own/questions", Access: SignedIn, Handle: (*Site).deskBuilderQuestions},
		{Method: "POST", Path: "/desk/library/own/:own/questions", Access: SignedIn, Handle: (*Site).deskSaveQuestions},
		{Method: "GET", Path: "/desk/library/own/:own/questions/new", Access: SignedIn, Handle: (*Site).deskAddQuestionForm},
		{Method: "POST", Path: "/desk/library/own/:own/questions/new", Access: SignedIn, Handle: (*Site).deskAddQuestion},
		{Method: "GET", Path: "/desk/library/own/:own/questions/:question", Access: SignedIn, Handle: (*Site).deskBuilderQuestion},
		{Method: "POST", Path: "/desk/library/own/:own/questions/:question", Access: SignedIn, Handle: (*Site).deskSaveQuestion},
		{Method: "GET", Path: "/desk/library/own/:own/questions/:question/removal", Access: SignedIn, Handle: (*Site).deskAskRemoveQuestion},
		{Method: "POST", Path: "/desk/library/own/:own/questions/:question/removal", Access: SignedIn, Handle: (*Site).deskRemoveQuestion},
		{Method: "GET", Path: "/desk/library/own/:own/scoring", Access: SignedIn, Handle: (*Site).deskBuilderScoring},
		{Method: "POST", Path: "/desk/library/own/:own/scoring", Access: SignedIn, Handle: (*Site).deskSaveScoring},
		{Method: "GET", Path: "/desk/library/own/:own/safety", Access: SignedIn, Handle: (*Site).deskBuilderSafety},
		{Method: "POST", Path: "/desk/library/own/:own/safety", Access: SignedIn, Handle: (*Site).deskSaveSafety},
		{Method: "POST", Path: "/desk/library/own/:own/publication", Access: SignedIn, Handle: (*Site).deskPublishExercise},
		{Method: "POST", Path: "/desk/library/own/:own/sharing", Access: SignedIn, Handle: (*Site).deskShareExercise},
		{Method: "POST", Path: "/desk/library/own/:own/archive", Access: SignedIn, Handle: (*Site).deskArchiveExercise},
		{Method: "POST", Path: "/desk/library/own/:own/restoration", Access: SignedIn, Handle: (*Site).deskRestoreExercise},
		{Method: "GET", Path: "/desk/library/:exercise", Access: SignedIn, Handle: (*Site).deskExercise},
		{Method: "GET", Path: "/desk/library/:exercise/preview", Access: SignedIn, Handle: (*Site).deskPreview},
		{Method: "GET", Path: "/desk/library/:exercise/yaml", Access: SignedIn, Handle: (*Site).deskExerciseYAML},
		{Method: "POST", Path: "/desk/library/:exercise/copy", Access: SignedIn, Handle: (*Site).deskCopyExercise},

		{Method: "GET", Path: "/desk/calendar", Access: SignedIn, Handle: (*Site).deskCalendar},
		{Method: "GET", Path: "/desk/calendar/new", Access: SignedIn, Handle: (*Site).deskNewSession},
		{Method: "POST", Path: "/desk/calendar", Access: SignedIn, Handle: (*Site).deskPlanSession},
		{Method: "GET", Path: "/desk/calendar/:session", Access: SignedIn, Handle: (*Site).deskSession},
		{Method: "GET", Path: "/desk/calendar/:session/move", Access: SignedIn, Handle: (*Site).deskAskMove},
		{Method: "POST", Path: "/desk/calendar/:session/move", Access: SignedIn, Handle: (*Site).deskMoveSession},
		{Method: "POST", Path: "/desk/calendar/:session/status", Access: SignedIn, Handle: (*Site).deskSessionStatus},
		{Method: "POST", Path: "/desk/calendar/:session/cancellation", Access: SignedIn, Handle: (*Site).deskCancelSession},
		{Method: "POST", Path: "/desk/calendar/:session/note", Access: SignedIn, Handle: (*Site).deskWriteNote},
		{Method: "POST", Path: "/desk/calendar/:session/note/signature", Access: SignedIn, Handle: (*Site).deskSignNote},

		{Method: "GET", Path: "/desk/reports", Access: SignedIn, Handle: (*Site).deskReports},
		{Method: "GET", Path: "/desk/reports/:report", Access: SignedIn, Handle: (*Site).deskReport},
		{Method: "GET", Path: "/desk/reports/:report/pdf", Access: SignedIn, Handle: (*Site).deskReportPDF},
		{Method: "POST", Path: "/desk/reports/:report/note", Access: SignedIn, Handle: (*Site).deskReportNote},
		{Method: "POST", Path: "/desk/reports/:report/approval", Access: SignedIn, Handle: (*Site).deskApproveReport},
		{Method: "POST", Path: "/desk/reports/:report/withdrawal", Access: SignedIn, Handle: (*Site).deskWithdrawReport},

		{Method: "GET", Path: "/desk/settings", Access: SignedIn, Handle: (*Site).deskSettings},
		{Method: "POST", Path: "/desk/settings/language", Access: SignedIn, Handle: (*Site).deskChangeLanguage},
		{Method: "POST", Path: "/desk/settings/password", Access: SignedIn, Handle: (*Site).deskChangePassword},
		{Method: "GET", Path: "/desk/settings/reminders", Access: SignedIn, Handle: (*Site).deskReminders},
		{Method: "POST", Path: "/desk/settings/reminders", Access: SignedIn, Handle: (*Site).deskChangeReminders},
		{Method: "GET", Path: "/desk/settings/factor", Access: SignedIn, Handle: (*Site).deskFactor},
		{Method: "POST", Path: "/desk/settings/factor", Access: SignedIn, Handle: (*Site).deskEnrolFactor},
		{Method: "POST", Path: "/desk/settings/factor/proof", Access: SignedIn, Handle: (*Site).deskConfirmFactor},
		{Method: "GET", Path: "/desk/settings/members", Access: SignedIn, Handle: (*Site).deskMembers},
		{Method: "POST", Path: "/desk/settings/members", Access: SignedIn, Handle: (*Site).deskAddMember},
		{Method: "GET", Path: "/desk/settings/members/:member", Access: SignedIn, Handle: (*Site).deskMember},
		{Method: "POST", Path: "/desk/settings/members/:member", Access: SignedIn, Handle: (*Site).deskChangeMember},
		{Method: "GET", Path: "/desk/settings/practice", Access: SignedIn, Handle: (*Site).deskPractice},
		{Method: "POST", Path: "/desk/settings/practice", Access: SignedIn, Handle: (*Site).deskChangePractice},
		{Method: "GET", Path: "/desk/settings/webhooks", Access: SignedIn, Handle: (*Site).deskWebhooks},
		{Method: "POST", Path: "/desk/settings/webhooks", Access: SignedIn, Handle: (*Site).deskAddWebhook},

		{Method: "GET", Path: "/desk/audit", Access: SignedIn, Handle: (*Site).deskAudit},
	}
	for i := range routes {
		routes[i].Handle = forStaff(routes[i].Handle)
	}
	return routes
}

// forStaff keeps the workspace to the staff: to a partner it is not there. What a member may do is care's to say.
func forStaff(handle func(*Site, *Request) error) func(*Site, *Request) error {
	return func(s *Site, r *Request) error {
		if !r.Actor.Member() {
			return fault.Missing()
		}
		return handle(s, r)
	}
}
