package library

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file of a kilobyte that stands for a thousand million words is refused before anything is made of it.
func TestAnchorsAndAliasesAreRefused(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i <= 8; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	for name, raw := range map[string]string{"bomb": bomb.String(), "merge": "base: &b { nl: x }\ntitle:\n  <<: *b\n"} {
		_, err := ParseOwn(name, []byte(raw))
		var found Problems
		require.ErrorAs(t, err, &found, name)
		require.Equal(t, "library.problem.alias", found[0].Key, name)
		require.Equal(t, 1, found[0].Line, name)
	}
	_, err := ParseOwn("texts", []byte("title: { nl: \"Jij &ik, *samen*\" }\n"))
	require.NotContains(t, err.Error(), "alias", "signs inside a text are only that")
}
