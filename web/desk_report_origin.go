package web

// OriginLink leads a therapist to the rows that a figure of a report was taken from.
type OriginLink struct {
	What  string // the second half of a message key.
	URL   string
	Count int
}

// originPages says on which page of a couple each kind of row is found; the page's name is also that of its words.
var originPages = map[string]string{
	"task": "homework", "response": "answers", "session": "sessions", "agreement": "agreements", "agreement_review": "agreements", "programme": "programme", "alert": "safety",
}

// Origins gives the pages where the rows behind a figure are found, each once. A report that was built before rows were noted
// has none.
func (d ReportPage) Origins(figure string) []OriginLink {
	var out []OriginLink
	at := map[string]int{}
	for _, o := range d.Doc.Snapshot.Origins(figure) {
		page, known := originPages[o.Kind]
		if !known {
			continue
		}
		if i, listed := at[page]; listed {
			out[i].Count += len(o.IDs)
			continue
		}
		at[page] = len(out)
		out = append(out, OriginLink{What: page, URL: "/desk/couples/" + d.R.CoupleID.String() + "/" + page, Count: len(o.IDs)})
	}
	return out
}
