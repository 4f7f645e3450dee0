"""The preparation of a forum: tasks, and the shift plan."""
