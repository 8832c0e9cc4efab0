"""One's own page of notifications, and the link that ends them."""

from django.urls import path

from monolith.alerts import views
from monolith.alerts.away_view import away

app_name = "alerts"
urlpatterns = [
    path("account/notifications/", views.notifications, name="notifications"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("notifications/", away, name="service_page"),
    path("notifications/hours", away, name="service_hours"),
    path("unsubscribe/n/<str:rest>", away, name="service_unsubscribe"),
    path("mail-reports/<slug:rest>/", away, name="service_reports"),
]
