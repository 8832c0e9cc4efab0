"""Agencies' endpoints: who asked for webhooks, what is told to them, and how their endpoints stand.

Enters: events about an agent's own homes, and an operator's commands. Leaves: rows of the ledger
on the channel `webhook`, and the messages that they carry.
"""
