"""The published language: event contracts, topics, captured tables and the envelope.

Both ends of the line import this package and nothing else of each other.
"""
