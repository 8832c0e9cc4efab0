"""The ways in and out: register, confirm, log in, log out, and choose another password."""

from django.contrib.auth import views
from django.urls import path
from django.views.generic import TemplateView

from monolith.accounts import joining_views, own_views
from monolith.accounts.forms import LoginForm

app_name = "accounts"
urlpatterns = [
    path(
        "login/",
        views.LoginView.as_view(
            template_name="accounts/login.html",
            authentication_form=LoginForm,
            redirect_authenticated_user=True,
        ),
        name="login",
    ),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("register/", joining_views.register, name="register"),
    path("confirm/<str:token>/", joining_views.confirm, name="confirm"),
    path("email/<str:token>/", own_views.change_email, name="change_email"),
    path(
        "mail-sent/",
        TemplateView.as_view(template_name="accounts/mail_sent.html"),
        name="mail_sent",
    ),
    path("password-reset/", joining_views.ResetView.as_view(), name="password_reset"),
    path(
        "password-reset/<uidb64>/<token>/",
        joining_views.ResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
]
