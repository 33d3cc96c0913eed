package web

import (
	"strconv"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

var (
	deskCouplesPage   = page("desk/couples")
	deskNewCouplePage = page("desk/couple-new")
)

// CouplesPage is the list of couples.
type CouplesPage struct {
	Query       string
	List        []care.CoupleView
	Pulse       map[uuid.UUID]care.HomeworkIn
	Clinical    bool
	Next, First string
}

// deskCouples lists the couples, searched by the names of the partners.
func (s *Site) deskCouples(r *Request) error {
	data := CouplesPage{Query: r.Query("q"), Clinical: r.clinical(), First: r.firstURL()}
	list, err := s.care.ListCouples(r.Context(), r.Actor, data.Query, r.part(50))
	if err != nil {
		return err
	}
	data.List, data.Next = list.Data, r.nextURL(list.Next)
	if data.Clinical {
		view, err := s.care.DeskToday(r.Context(), r.Actor)
		if err := unlessRefused(err); err != nil {
			return err
		}
		data.Pulse = pulses(view)
	}
	return r.deskShow(deskCouplesPage, "web.desk.couples", data)
}

// NewCouplePage is the form for a new couple, with what was typed.
type NewCouplePage struct {
	In    care.CreateCoupleInput
	Roles []Choice
	Langs []Choice
}

func (r *Request) newCouplePage(in care.CreateCoupleInput) NewCouplePage {
	return NewCouplePage{In: in, Langs: languageChoices(), Roles: []Choice{
		{Value: "", Label: r.L.T("desk.partner.role.none")}, {Value: "hurt", Label: r.L.T("desk.partner.role.hurt")}, {Value: "repairing", Label: r.L.T("desk.partner.role.repairing")},
	}}
}

func (r *Request) newCoupleCrumbs() []Crumb {
	return []Crumb{r.crumb("web.desk.couples", "/desk/couples"), r.crumb("desk.couple.new", "")}
}

// deskNewCouple asks who the two are.
func (s *Site) deskNewCouple(r *Request) error {
	lang := string(r.L.Lang)
	in := care.CreateCoupleInput{Partners: []care.PartnerInput{{Locale: lang}, {Locale: lang}}, StartedOn: r.today().Format("2006-01-02"), Invite: true}
	return r.deskShow(deskNewCouplePage, "desk.couple.new", r.newCouplePage(in), r.newCoupleCrumbs()...)
}

// deskCreateCouple opens the case.
func (s *Site) deskCreateCouple(r *Request) error {
	in := care.CreateCoupleInput{StartedOn: r.Typed("started_on"), Invite: r.Ticked("invite")}
	for i := range 2 {
		name := "partners." + strconv.Itoa(i) + "."
		in.Partners = append(in.Partners, care.PartnerInput{
			Name: r.Typed(name + "name"), Email: r.Typed(name + "email"), Phone: r.Typed(name + "phone"), Role: r.Typed(name + "role"), Locale: r.Typed(name + "locale"),
		})
	}
	couple, err := s.care.CreateCouple(r.Context(), r.Actor, in)
	if err != nil {
		return r.deskAgain(err, deskNewCouplePage, "desk.couple.new", r.newCouplePage(in), r.newCoupleCrumbs()...)
	}
	flash := "desk.flash.couple.created"
	if in.Invite {
		flash = "desk.flash.couple.invited"
	}
	return r.Go("/desk/couples/"+couple.ID.String(), flash)
}

// CoupleHead is what stands above every page of a couple: who they are, where they stand, and the way to the rest.
type CoupleHead struct {
	Couple     care.CoupleView
	Next       *care.SessionView
	Tabs       []any // of address, text, whether it is the present one.
	Parts      []any // of the present tab, when it has several; like Tabs.
	Clinical   bool
	Therapists []string
	Base       string // the couple's own address.
	members    []care.MemberView
}

// Name gives the name of one of the two, or of both together for "both".
func (h *CoupleHead) Name(id any) string {
	text := textOf(id)
	if p, ok := id.(*uuid.UUID); ok && p != nil {
		text = p.String()
	}
	for _, p := range h.Couple.Partners {
		if p.ID.String() == text {
			return p.Name
		}
	}
	return h.Couple.Name
}

// First tells whether the partner is the first of the two: their answers keep their own colour.
func (h *CoupleHead) First(id uuid.UUID) bool {
	return len(h.Couple.Partners) > 0 && h.Couple.Partners[0].ID == id
}

// coupleTab is a page of a couple with a tab of its own, or one of several that share a tab.
type coupleTab struct {
	key, path string
	clinical  bool
	tab       string // the tab it is a part of; empty for its own.
}

var coupleTabs = []coupleTab{
	{"overview", "", false, ""},
	{"homework", "/homework", true, ""},
	{"answers", "/answers", true, ""},
	{"agreements", "/agreements", true, ""},
	{"messages", "/messages", true, ""},
	{"sessions", "/sessions", false, ""},
	{"progress", "/progress", true, "progress"},
	{"reports", "/reports", true, "progress"},
	{"safety", "/safety", true, ""},
	{"contact", "/contact", false, "file"},
	{"sent", "/sent", true, "file"},
	{"settings", "/settings", true, "file"},
}

// tabs fills the tabs and parts for the page with the key. Whoever gets one part of a tab alone, gets it as a tab.
func (h *CoupleHead) tabs(r *Request, key string) {
	var order []string
	parts := map[string][]coupleTab{}
	for _, t := range coupleTabs {
		if t.clinical && !h.Clinical {
			continue
		}
		name := t.tab
		if name == "" {
			name = t.key
		}
		if len(parts[name]) == 0 {
			order = append(order, name)
		}
		parts[name] = append(parts[name], t)
	}
	for _, name := range order {
		list, here := parts[name], false
		var links []any
		for _, t := range list {
			here = here || t.key == key
			links = append(links, []any{h.Base + t.path, r.L.T("desk.tab." + t.key), t.key == key})
		}
		if len(list) == 1 {
			name = list[0].key
		} else if here {
			h.Parts = links
		}
		h.Tabs = append(h.Tabs, []any{h.Base + list[0].path, r.L.T("desk.tab." + name), here})
	}
}

// coupleHead loads the couple of the address for the tab with the key.
func (s *Site) coupleHead(r *Request, tab string) (*CoupleHead, error) {
	id, err := r.ID("id")
	if err != nil {
		return nil, err
	}
	couple, err := s.care.Couple(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	h := &CoupleHead{Couple: couple, Clinical: r.clinical(), Base: "/desk/couples/" + id.String()}
	next, err := s.care.ListSessions(r.Context(), r.Actor, care.SessionFilter{CoupleID: id, From: r.today()}, care.Page{Limit: 20})
	if err := unlessRefused(err); err != nil {
		return nil, err
	}
	for i, session := range next.Data {
		if session.Status == "planned" {
			h.Next = &next.Data[i]
			break
		}
	}
	members, err := s.care.ListMembers(r.Context(), r.Actor, care.Page{Limit: 100})
	if err := unlessRefused(err); err != nil {
		return nil, err
	}
	h.members = members.Data
	for _, m := range h.members {
		for _, t := range couple.Therapists {
			if t == m.ID {
				h.Therapists = append(h.Therapists, m.Name)
			}
		}
	}
	h.tabs(r, tab)
	return h, nil
}

// crumbs lead from the list to the couple, and to a page below a tab when keys are given.
func (h *CoupleHead) crumbs(r *Request, more ...Crumb) []Crumb {
	out := []Crumb{r.crumb("web.desk.couples", "/desk/couples"), {Text: h.Couple.Name, URL: h.Base}}
	if len(more) == 0 {
		out[1].URL = ""
	}
	return append(out, more...)
}

// partnerChoices are "both" and each of the two.
func (h *CoupleHead) partnerChoices(bothLabel string) []Choice {
	out := []Choice{{Value: "both", Label: bothLabel}}
	for _, p := range h.Couple.Partners {
		out = append(out, Choice{Value: p.ID.String(), Label: p.Name})
	}
	return out
}

// partner finds the partner of the address among the two.
func (h *CoupleHead) partner(r *Request) (care.PartnerView, error) {
	id, err := r.ID("partner")
	if err != nil {
		return care.PartnerView{}, err
	}
	for _, p := range h.Couple.Partners {
		if p.ID == id {
			return p, nil
		}
	}
	return care.PartnerView{}, fault.Missing()
}
