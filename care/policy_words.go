package care

// mayReadWords is for the staff: the words that go out in the practice's name.
func mayReadWords(a Actor) verdict {
	if !a.Full() || !a.Member() {
		return hidden
	}
	return allowed
}
