package care

import (
	_ "embed"
	"strings"
	"sync"
)

// commonPasswords holds leaked and obvious passwords of twelve or more characters, one a line; shorter ones are refused
// for their length.
//
//go:embed passwords.txt
var commonPasswords string

var commonSet = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonPasswords) {
		if line = strings.TrimSpace(line); line != "" {
			set[line] = true
		}
	}
	return set
})

// commonPassword tells whether a password is on the list, or is a single pattern repeated or counted up.
func commonPassword(password string) bool {
	p := strings.ToLower(password)
	if commonSet()[p] {
		return true
	}
	for size := 1; size <= 4 && size*3 <= len(p); size++ { // abcabcabcabc, 111111111111.
		if len(p)%size == 0 && strings.Repeat(p[:size], len(p)/size) == p {
			return true
		}
	}
	steps := 0
	for i := 1; i < len(p); i++ {
		if p[i] == p[i-1]+1 || p[i] == p[i-1]-1 {
			steps++
		}
	}
	return steps >= len(p)-2
}
