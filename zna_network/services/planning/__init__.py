"""A year of governance: series of meetings, days to avoid, the calendar, retro-planning."""
