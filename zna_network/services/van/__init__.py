"""CUA Mobile: who has the vehicle when, where it goes, and where nobody has been yet."""
