"""What belongs to no app of the API: its token, and its description."""

from django.urls import path

from monolith.api import docs, token_views

app_name = "api"
urlpatterns = [
    path("token/", token_views.TokenView.as_view(), name="token"),
    path("token/revoke/", token_views.RevokeView.as_view(), name="revoke"),
    path("schema", docs.SchemaView.as_view(), name="schema"),
    path("docs", docs.docs, name="docs"),
]
