"""Loose facts: many, each of little weight, told past the outbox and straight to the broker.

`cdc.facts.tell.tell` is the way in. A fact may be lost; a page that tells one never waits for it
and never fails because of it.
"""
