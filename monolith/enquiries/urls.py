"""Enquiries, as askers see them, as agents do, and as programs do."""

from django.urls import path

from monolith.enquiries import agent_views, api, views

app_name = "enquiries"
urlpatterns = [
    path("homes/<int:listing_id>/enquire/", views.enquire, name="enquire"),
    path("saved/enquiries/", views.own_enquiries, name="own"),
    path("agent/enquiries/", agent_views.inbox, name="inbox"),
    path("agent/enquiries/<int:enquiry_id>/", agent_views.enquiry, name="enquiry"),
    path(
        "agent/enquiries/<int:enquiry_id>/answered/",
        agent_views.mark_answered,
        name="mark_answered",
    ),
    path(
        "agent/enquiries/<int:enquiry_id>/answers/<int:reply_id>/again/",
        agent_views.mail_again,
        name="mail_again",
    ),
    path("api/v1/enquiries", api.Enquiries.as_view(), name="api"),
]
