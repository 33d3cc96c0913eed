package reports

import "tussentijds/internal/locale"

// SampleSnapshot is a full, invented month for the design preview and the benchmarks.
func SampleSnapshot(lang locale.Lang) Snapshot { return Snapshot{Version: Version, Locale: lang} }
