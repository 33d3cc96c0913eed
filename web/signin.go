package web

import "tussentijds/care"

var signInPage = page("public/sign-in")

// signInPage is the start for whoever is not signed in.
func (s *Site) signInPage(r *Request) error {
	return r.Render(signInPage, "web.signin.title", care.SignInInput{})
}
