"""Addresses of the accounts app."""

from django.urls import path

from webapp.accounts.views import (
    PasswordChange,
    SignIn,
    SignOut,
    account,
    code,
    second_factor_page,
    sessions,
    tokens,
)

app_name = "accounts"
urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("", account, name="account"),
    path("code/", code, name="code"),
    path("password/", PasswordChange.as_view(), name="password"),
    path("second-factor/", second_factor_page, name="second-factor"),
    path("sessions/", sessions, name="sessions"),
    path("tokens/", tokens, name="tokens"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
]
