"""A key for each person, kept by the monolith; destroying it erases what was told of them.

keyring     the keys, wrapped by the master key: made, given, destroyed
rotation    all of them wrapped anew after a new master key
views       the endpoint that entitled consumers ask
receipts    what the consumers answered to an erasure
"""
