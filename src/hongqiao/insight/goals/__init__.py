"""Goals: what is to be reached by when, how far it is, and where it is going. Serves D2."""
