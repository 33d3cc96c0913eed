package library

import (
	"regexp"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// marked finds what may be an anchor or an alias; a text may hold the same signs.
var marked = regexp.MustCompile(`(?:^|[\s\[{,:-])[&*][A-Za-z0-9_]`)

// aliased refuses anchors and aliases. An exercise has no use for them, and a few lines of them can stand for more than
// any memory holds.
func aliased(name string, raw []byte) Problems {
	if !marked.Match(raw) {
		return nil
	}
	doc, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return yamlError(name, err)
	}
	found := &aliases{name: name}
	for _, d := range doc.Docs {
		if d.Body != nil {
			ast.Walk(found, d.Body)
		}
	}
	return found.problems
}

type aliases struct {
	name     string
	problems Problems
}

// Visit notes each anchor and alias and goes on.
func (a *aliases) Visit(node ast.Node) ast.Visitor {
	switch node.Type() {
	case ast.AnchorType, ast.AliasType:
		a.problems = append(a.problems, wrongf(nil, "alias").at(a.name, node.GetToken().Position.Line))
		return nil // What is below it need not be told as well.
	}
	return a
}
