package library

import "testing"

func TestLoad(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(l.List()) == 0 {
		t.Fatal("the library is empty")
	}
}
