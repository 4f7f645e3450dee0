"""Referrals (orientations): the people helped, what they agreed to, who is asked to help, and what
came of it. ``access`` says who sees what, ``flow`` is the only writer of events and states."""
