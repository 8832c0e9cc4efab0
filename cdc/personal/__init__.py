"""A key for each person, kept by the monolith; destroying it erases what was told of them.

keyring     the keys, wrapped by the master key: made, given, destroyed
views       the endpoint that entitled consumers ask
receipts    what the consumers answered to an erasure
"""
