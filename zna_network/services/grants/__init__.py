"""Grants: sums, payments, papers due, and the rules of the call for projects."""
