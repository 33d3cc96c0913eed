package library

import "testing"

func TestEveryReferenceLeadsSomewhere(t *testing.T) {
	if problems := lib(t).references(); len(problems) > 0 {
		t.Error(problems)
	}
}
