package care

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// looks is what needs a look first: alerts that nobody has seen. A hold, what comes from the private questions and what one told
// alone at a signature stay off paper, which lies in the room where both sit: the desk has them.
func (p *preparing) looks(couple models.Couple) (reports.Section, error) {
	open, err := models.OpenAlertsOf(p.t.DB, couple.ID)
	if err != nil {
		return reports.Section{}, err
	}
	alerts, err := p.t.alertViews(open)
	if err != nil {
		return reports.Section{}, err
	}
	block := reports.Block{}
	for _, a := range alerts {
		if a.Screening || a.Kind == "screening" || a.Kind == alertNotFree || a.Kind == alertWorries || a.Erased || a.TakenBack || a.PartnerID != nil && !p.theirs(*a.PartnerID) {
			continue
		}
		item := reports.Item{Text: p.l.T("prepare.alert." + a.Kind)}
		if len(a.Says) > 0 {
			item.Text = a.Says[0].Text
		}
		item.Meta = joined(" · ", a.Partner, a.Exercise, p.l.ShortDate(p.at(a.At)))
		block.Items = append(block.Items, item)
	}
	if len(block.Items) == 0 {
		return reports.Section{}, nil
	}
	block.Note = p.l.T("prepare.looks.more")
	return reports.Section{ID: "flags", Title: p.l.T("prepare.flags"), Blocks: []reports.Block{block}}, nil
}

func joined(between string, parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, between)
}

// planLine begins what a note plans for the next time.
var planLine = regexp.MustCompile(`(?i)^(plan|volgende keer|volgende sessie|next time|next session)\s*:?`)

// plan is what the note of the last session planned: from the line that begins with "Plan" or "Next time" on, to the next empty
// line.
func (p *preparing) plan(models.Couple) (reports.Section, error) {
	if p.last.ID == uuid.Nil {
		return reports.Section{}, nil
	}
	f, err := p.t.noteFileFor(p.last.ID, readClinical, false)
	if err != nil {
		return reports.Section{}, err
	}
	for _, n := range slices.Backward(f.notes) {
		body, err := p.t.openText(notePlace(n), n.Body)
		if err != nil {
			return reports.Section{}, err
		}
		planned := planIn(body)
		if len(planned) == 0 {
			continue
		}
		if err := p.t.noteNote("read", f.session, n.ID); err != nil {
			return reports.Section{}, err
		}
		return p.section("plan", reports.Block{Paragraphs: planned, Note: p.l.T("prepare.plan.from", "Date", p.l.Date(p.at(p.last.StartsAt)), "Name", f.authors[n.AuthorID].Name)}), nil
	}
	return reports.Section{}, nil
}

func planIn(note string) []string {
	var out []string
	found := false
	for _, line := range strings.Split(note, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case !found && planLine.MatchString(line):
			found = true
			if rest := strings.TrimSpace(planLine.ReplaceAllString(line, "")); rest != "" {
				out = append(out, rest)
			}
		case found && line == "" && len(out) > 0:
			return out
		case found && line != "":
			out = append(out, line)
		}
	}
	return out
}

// homework is what fell due since the last session, by exercise and partner: done of what was due.
func (p *preparing) homework(models.Couple) (reports.Section, error) {
	type key struct {
		exercise string
		partner  uuid.UUID
	}
	counts := map[key]*[2]int{}
	titles := map[string]string{}
	var order []string
	for _, task := range p.w.Tasks {
		form := p.w.forms[task.FormID]
		if form == nil || !p.w.counts(task) || !p.theirs(task.PartnerID) {
			continue
		}
		if _, known := titles[form.ID]; !known {
			order = append(order, form.ID)
		}
		titles[form.ID] = form.Title.In(p.in)
		k := key{form.ID, task.PartnerID}
		if counts[k] == nil {
			counts[k] = &[2]int{}
		}
		counts[k][1]++
		if task.Status == models.TaskDone {
			counts[k][0]++
		}
	}
	if len(order) == 0 {
		return p.section("homework", reports.Block{Paragraphs: []string{p.l.T("prepare.homework.none")}}), nil
	}
	block := reports.Block{Header: []string{p.l.T("prepare.exercise")}}
	for _, partner := range p.w.partners {
		if p.theirs(partner.ID) {
			block.Header = append(block.Header, p.names[partner.ID])
		}
	}
	for _, id := range order {
		row := []string{titles[id]}
		for _, partner := range p.w.partners {
			if !p.theirs(partner.ID) {
				continue
			}
			cell := "–"
			if c := counts[key{id, partner.ID}]; c != nil {
				cell = p.l.T("report.figure.of", "Done", c[0], "Of", c[1])
			}
			row = append(row, cell)
		}
		block.Rows = append(block.Rows, row)
	}
	return p.section("homework", block), nil
}

// toOpen is what waits to be opened in the session: a title and whose, no word of it.
func (p *preparing) toOpen(couple models.Couple) (reports.Section, error) {
	if p.only != uuid.Nil || couple.SafetyHoldAt != nil || couple.Status == models.CoupleSeparated {
		return reports.Section{}, nil
	}
	var taking []uuid.UUID // what others wrote waits for ever.
	for _, partner := range p.w.partners {
		if partner.TakesPart() {
			taking = append(taking, partner.ID)
		}
	}
	rows, err := models.InSessionWaiting(p.t.DB, couple.ID, taking, sheetAnswers)
	if err != nil || len(rows) == 0 {
		return reports.Section{}, err
	}
	forms, err := p.t.forms(formsOf(rows)...)
	if err != nil {
		return reports.Section{}, err
	}
	block := reports.Block{Note: p.l.T("prepare.open.note")}
	for _, r := range rows {
		if form := forms[r.FormID]; form != nil {
			block.Items = append(block.Items, reports.Item{Text: form.Title.In(p.in), Meta: joined(" · ", p.names[r.PartnerID], p.l.ShortDate(p.at(r.SubmittedAt)))})
		}
	}
	if len(block.Items) == 0 {
		return reports.Section{}, nil
	}
	return p.section("open", block), nil
}

func formsOf(rows []models.Response) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.FormID
	}
	return ids
}

// answers is what came in since the last session and a therapist may read: what it is, whose, and the short texts. What a
// therapist may not read takes no place here and is in no number, or what one keeps to oneself would push away what the other
// shares, and tell how much it is.
func (p *preparing) answers(models.Couple) (reports.Section, error) {
	var whose []uuid.UUID
	for _, partner := range p.w.partners {
		if p.theirs(partner.ID) {
			whose = append(whose, partner.ID)
		}
	}
	rows, all, err := models.LegibleSince(p.t.DB, whose, p.since, legibleTo(readerTherapist, p.t.now), sheetAnswers)
	if err != nil {
		return reports.Section{}, err
	}
	more := all - len(rows)
	views, err := p.t.therapistViews(rows, p.w.partners)
	if err != nil || len(views) == 0 {
		return reports.Section{}, err
	}
	block := reports.Block{}
	for _, v := range views {
		p.t.note(act{verb: "read", object: "response", objectID: v.ID, partnerID: v.PartnerID})
		pair := reports.Pair{Label: joined(" · ", v.Exercise.Title.In(p.in), p.names[v.PartnerID], p.l.ShortDate(p.at(v.SubmittedAt)))}
		for i := range v.Exercise.Questions {
			q := &v.Exercise.Questions[i]
			if q.Sensitive || len(pair.Text) == sheetWords || plansOnly(q.Type) {
				continue
			}
			if words := wordsGiven(q, v.Answers, p.l); len(words) > 0 {
				pair.Text = append(pair.Text, shortened(q.Label.In(p.in)+" – "+inOneLine(words), sheetChars))
			}
		}
		if len(pair.Text) == 0 {
			pair.Text = []string{p.l.T("prepare.answers.closed")}
		}
		block.Pairs = append(block.Pairs, pair)
	}
	if more > 0 {
		block.Note = p.l.N("prepare.answers.more", more)
	}
	return p.section("answers", block), nil
}

// plansOnly tells of an answer that says when something was to be, and nothing of how it was.
func plansOnly(kind library.FieldType) bool {
	return kind == library.FieldDate || kind == library.FieldTime || kind == library.FieldTimer
}

// inOneLine writes what was chosen as one sentence part instead of a list.
func inOneLine(words []string) string {
	list := make([]string, 0, len(words))
	for _, w := range words {
		item, listed := strings.CutPrefix(w, "• ")
		if !listed {
			return strings.Join(words, " ")
		}
		list = append(list, item)
	}
	return strings.Join(list, ", ")
}

func shortened(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimRight(string(runes[:most-1]), " ,.;:") + "…"
}

// instruments are the questionnaires filled in since the last session, with the score before.
func (p *preparing) instruments(models.Couple) (reports.Section, error) {
	scores, err := p.w.scores(lens{audience: forTherapist})
	if err != nil {
		return reports.Section{}, err
	}
	block := reports.Block{Header: []string{p.l.T("prepare.instrument"), p.l.T("prepare.who"), p.l.T("prepare.before"), p.l.T("prepare.now")}}
	for _, s := range scores {
		if s.exercise.ID == libraryScreening || !p.theirs(s.partner) {
			continue
		}
		before := "–"
		if s.previous != nil {
			before = plainNumber(*s.previous, p.l)
		}
		now := plainNumber(s.score, p.l) + " / " + plainNumber(s.max, p.l)
		block.Rows = append(block.Rows, []string{joined(": ", s.exercise.Title.In(p.in), s.band(p.in)), p.names[s.partner], before, now})
	}
	if len(block.Rows) == 0 {
		return reports.Section{}, nil
	}
	block.Note = p.l.T("prepare.instruments.note")
	return p.section("instruments", block), nil
}

// agreements are those that hold, with how often they were kept since the last session and when they are looked at again.
func (p *preparing) agreements(models.Couple) (reports.Section, error) {
	kept, err := p.w.agreements()
	if err != nil {
		return reports.Section{}, err
	}
	block := reports.Block{}
	for _, a := range kept {
		asked, yes := 0, 0
		for _, r := range a.reviews {
			for _, k := range r.result.Kept {
				asked++
				if k {
					yes++
				}
			}
		}
		meta := p.l.T("prepare.agreement.unasked")
		if asked > 0 {
			meta = p.l.T("prepare.agreement.kept", "Kept", yes, "Of", asked)
		}
		if a.reviewOn != "" {
			meta = joined(" · ", meta, p.l.T("prepare.agreement.review", "Date", p.l.Date(p.at(a.reviewOn.In(p.practice.Zone())))))
		}
		block.Items = append(block.Items, reports.Item{Text: a.title.In(p.in), Meta: meta})
	}
	if len(block.Items) == 0 {
		return reports.Section{}, nil
	}
	return p.section("agreements", block), nil
}

// open is what is left to settle: agreements without all signatures, reports that wait for a yes, and the milestones of the
// present phase that were not reached.
func (p *preparing) open(couple models.Couple) (reports.Section, error) {
	block := reports.Block{}
	list, err := models.AgreementsOf(p.t.DB, couple.ID)
	if err != nil {
		return reports.Section{}, err
	}
	for _, a := range list {
		if a.Status != models.AgreementProposed {
			continue
		}
		body, err := p.t.agreementBody(a)
		if err != nil {
			return reports.Section{}, err
		}
		block.Items = append(block.Items, reports.Item{Text: p.l.T("prepare.unsigned", "Title", body.Title.In(p.in))})
	}
	drafts, err := models.DraftsOf(p.t.DB, couple.ID)
	if err != nil {
		return reports.Section{}, err
	}
	if drafts > 0 {
		block.Items = append(block.Items, reports.Item{Text: p.l.N("prepare.drafts", drafts)})
	}
	row, err := models.RunningProgramme(p.t.DB, couple.ID)
	if err != nil {
		return reports.Section{}, err
	}
	if row.ID != uuid.Nil {
		programme, body, err := p.t.programmeOf(row)
		if err != nil {
			return reports.Section{}, err
		}
		if at := programme.Within(row.Phase) - 1; at >= 0 && at < len(programme.Phases) {
			phase := programme.Phases[at]
			meta := p.l.T("prepare.phase", "Number", strconv.Itoa(at+1), "Title", phase.Title.In(p.in))
			for _, m := range phase.Milestones {
				if _, done := body.Reached[phase.ID+"/"+m.ID]; !done {
					block.Items = append(block.Items, reports.Item{Text: m.Title.In(p.in), Meta: meta})
				}
			}
		}
	}
	if len(block.Items) == 0 {
		return reports.Section{}, nil
	}
	return p.section("left", block), nil
}
