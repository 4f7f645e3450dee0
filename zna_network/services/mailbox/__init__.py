"""What comes back by mail: answers of calendars, other times proposed, addresses that fail.

``reading`` takes each mail once; ``matching`` says whom it is from and what about; ``replies``,
``counters`` and ``bounces`` do what it asks; what is not certain waits for a person (``held``)."""
