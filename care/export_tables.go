package care

// exportTable says of a table whether one person's export holds what it keeps of that person: the file it goes into, or why not.
type exportTable struct {
	file string
	why  string
}

// exportTables is every table of the schema. One that is not in it fails a test, so that nobody makes a place for a person's data
// without saying what becomes of them when that person asks for them.
var exportTables = map[string]exportTable{
	// The person.
	"partners":             {file: "person.json"},
	"consents":             {file: "person.json"},
	"reminder_preferences": {file: "person.json"},
	"push_subscriptions":   {file: "person.json"}, // kind of device and since when; its address is a secret of the browser.
	"calendar_feeds":       {file: "person.json"}, // since when; the address itself would open the calendar to whoever has the file.
	"delivery_states":      {file: "person.json"},
	"couple_therapists":    {file: "person.json"}, // by name.

	// What the person did, and what the two share.
	"assignments":          {file: "homework.json"}, // by its tasks.
	"exercise_forms":       {file: "homework.json"}, // the questions, as they were asked.
	"occurrences":          {file: "homework.json"}, // by its tasks.
	"tasks":                {file: "homework.json"},
	"responses":            {file: "homework.json"}, // the own; of the other's what the person may read.
	"agreements":           {file: "agreements.json"},
	"agreement_signatures": {file: "agreements.json"}, // what a signer told the therapist: the own alone.
	"agreement_reviews":    {file: "agreements.json"}, // the own, and those that both may read.
	"messages":             {file: "messages.json"},   // the joint thread and the own.
	"sessions":             {file: "sessions.json"},   // conjoint ones and the own individual ones.
	"couple_programmes":    {file: "programme.json"},  // as the portal shows it.
	"reports":              {file: "reports/"},        // published ones for the person, as PDF.
	"report_revisions":     {file: "reports/"},        // the one that is shown.
	"reminders":            {file: "reminders.json"},  // those that arrived.
	"audit_events":         {file: "record.json"},     // who looked, as the privacy page shows it.

	// What is left out, and why.
	"session_notes":          {why: "the therapists' working notes are in no partner's file (design, section 4)"},
	"couple_programme_steps": {why: "the therapists' reasons for their steps are working notes"},
	"alerts":                 {why: "what the therapists should look at; it holds nothing of the person but what stands in an answer"},
	"safety_holds":           {why: "the safety record is in no export (design, section 4)"},
	"couples":                {why: "holds no data of one person: where the two stand shows in the other parts"},
	"session_slots":          {why: "the calendar's lock against double booking; the sessions are there"},
	"message_reads":          {why: "who was shown which message would tell what the other did"},
	"message_boxes":          {why: "what waits for a reader; it follows from the messages"},
	"message_drafts":         {why: "kept for a moment, until it is sent; the portal shows it"},
	"report_openings":        {why: "that one opened a report stands in the record"},
	"report_glances":         {why: "which drafts a member of the staff looked at"},
	"report_fonts":           {why: "font files; the reports are in the export with them"},
	"jobs":                   {why: "the program's own work: kinds and ids"},
	"audit_links":            {why: "the chain over the record: numbers and hashes"},
	"idempotency_keys":       {why: "repeated writes: no content, kept for days"},
	"accounts":               {why: "signs in over practices: a hash of the address and the password's; nothing readable"},
	"recovery_codes":         {why: "hashes of one-use codes"},
	"memberships":            {why: "which account is which partner: ids"},
	"logins":                 {why: "hashes of tokens, ended within hours; that one signed in stands in the record"},
	"mail_tokens":            {why: "hashes of one-use links"},
	"wrapped_keys":           {why: "the keys themselves"},
	"installation_keys":      {why: "belongs to the installation"},
	"practices":              {why: "belongs to the practice"},
	"members":                {why: "belongs to the practice's staff"},
	"webhooks":               {why: "belongs to the practice"},
	"own_exercises":          {why: "belongs to the practice; what was given to the person stands with the homework"},
	"own_words":              {why: "belongs to the practice"},
	"practice_brands":        {why: "belongs to the practice"},
	"exercise_favourites":    {why: "belongs to a member of the staff"},
	"workers":                {why: "belongs to the installation"},
	"goose_db_version":       {why: "the schema's own number"},
}
