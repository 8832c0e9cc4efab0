"""A member's own pages, under `/account/`."""

from django.urls import path

from monolith.accounts import own_views

app_name = "account"
urlpatterns = [
    path("", own_views.profile, name="profile"),
    path("email/", own_views.ask_for_email, name="email"),
    path("password/", own_views.ChangePasswordView.as_view(), name="password"),
    path("export/", own_views.export, name="export"),
    path("delete/", own_views.delete, name="delete"),
]
