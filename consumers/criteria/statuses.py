"""Which homes a search may show: what the monolith's statuses mean for somebody who looks."""

FOR_SALE = ("active", "pending")
LISTED = ("active", "pending", "sold")
HIDDEN = ("draft", "withdrawn")
