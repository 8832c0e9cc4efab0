"""What a search asks for, without a form, an engine or a database.

Enters: a search form's checked data, or a saved search's. Leaves: `Criteria` with the words as a
tree of lexemes and the places as regions. The search and the notifications read them alike, so
that nobody is told of a home that the search page would not show.
"""
