"""The addresses of the notifications: a person's own page, links of letters, and the probes."""

from django.urls import path

from consumers.notifications.bounces.views import reports
from consumers.notifications.pacing.views import rhythm
from consumers.notifications.site import errors, views

urlpatterns = [
    path("notifications/", views.own_page),
    path("notifications/hours", rhythm),
    path("notifications/feed", views.feed),
    path("notifications/unread.js", views.unread_script),
    path("mail-reports/<slug:provider>/", reports),
    path("unsubscribe/n/<str:token>", views.unsubscribe),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
]

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.server_error
