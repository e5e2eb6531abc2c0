"""Manual rows of `calendar_events`: none, events come with their run."""

CALENDAR_EVENTS_DATA = []
