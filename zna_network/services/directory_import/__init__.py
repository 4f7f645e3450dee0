"""Bringing a file into the directory: read it, plan what it changes, show it, apply it at once."""
