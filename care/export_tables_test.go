package care

// ExportTables gives the tables of which an export says something, with the file they go into, empty for none.
func ExportTables() map[string]string {
	out := map[string]string{}
	for name, t := range exportTables {
		if (t.file == "") == (t.why == "") {
			panic(name + " is in the export, or it is left out for a reason")
		}
		out[name] = t.file
	}
	return out
}
