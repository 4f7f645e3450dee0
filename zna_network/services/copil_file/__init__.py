"""The file handed out for a COPIL: what is to be decided, and where the territory stands."""
