"""How heavy the pages are, as the monolith serves its real stock: not compressed, as it does.

Measured with a browser's headers: `/search` 29.6 to 30.2 KB, a home's page 15.0 to 15.8, `/` 12.7.
"""

SEARCH, HOME = 30_000, 15_300
# Lighter than any page: what a gateway costs is the largest share of so little.
SMALL = 2_048
PAGES = {"home": HOME, "search": SEARCH, "small": SMALL}
