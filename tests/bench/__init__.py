"""Figures, never asserts: `manage.py bench NAME` measures a part of the line."""
