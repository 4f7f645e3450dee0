"""The day of a meeting: the point being treated, who has come, what is decided."""
