package web

// deskRoutes is the therapist's workspace.
func deskRoutes() []Route { return nil }
