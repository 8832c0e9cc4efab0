"""A stranger's site: its addresses, some of them in letters beyond ASCII."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("basket/", views.basket, name="basket"),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="home"), name="logout"),
    path("mine/", views.mine, name="mine"),
    path("photos/", views.photo, name="photo"),
    path("cookies/", views.cookies, name="cookies"),
    path("log/", views.log, name="log"),
    path("log/release/", views.release, name="release"),
    path("whole/", views.whole, name="whole"),
    path("straße/<str:name>/", views.street, name="street"),
    path("old/", views.old, name="old"),
    path("gone/", views.gone, name="gone"),
    path("broken/", views.broken, name="broken"),
]
