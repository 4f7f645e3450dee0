"""Demonstration data: the real territory and the real kinds of partners, invented people."""
