"""The Django app that brings the command `simulate`; it has no tables."""

from django.apps import AppConfig


class TrafficConfig(AppConfig):
    name = "monolith.traffic"
    label = "traffic"
