"""One's own page of notifications, and the link that ends them."""

from django.urls import path

from monolith.alerts import views

app_name = "alerts"
urlpatterns = [
    path("account/notifications/", views.notifications, name="notifications"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
