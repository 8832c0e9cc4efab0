"""Homes, as visitors see them and as their agents do."""

app_name = "listings"
urlpatterns: list = []
