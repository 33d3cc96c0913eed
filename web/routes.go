package web

// Access says who may ask for a route. Everything finer is care's.
type Access string

// The two kinds of access. A route that says nothing refuses whoever is not signed in.
const (
	Public   Access = "public"
	SignedIn Access = "signed_in"
)

// Route is one line of the table of contents.
type Route struct {
	Method string
	Path   string
	Access Access
	Handle func(*Site, *Request) error
}

// Routes is every page and form of the portal and the desk. The test of rights walks it.
func Routes() []Route {
	return append(publicRoutes(), append(portalRoutes(), deskRoutes()...)...)
}

func publicRoutes() []Route {
	return []Route{
		{"GET", "/", Public, (*Site).signInPage},
	}
}

func portalRoutes() []Route {
	return []Route{}
}
