"""Who is to hear what: events and rows enter, planned notifications leave, with reasons."""
