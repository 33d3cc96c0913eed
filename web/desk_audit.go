package web

import "tussentijds/care"

var deskAuditPage = page("desk/audit")

// AuditPage is who did what, newest first.
type AuditPage struct {
	List        []care.AuditView
	Next, First string
}

// deskAudit shows the practice's record to its owner.
func (s *Site) deskAudit(r *Request) error {
	list, err := s.care.ListAudit(r.Context(), r.Actor, r.part(50))
	if err != nil {
		return err
	}
	return r.deskShow(deskAuditPage, "web.desk.audit", AuditPage{list.Data, r.nextURL(list.Next), r.firstURL()})
}
