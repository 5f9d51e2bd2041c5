"""Addresses of the accounts app."""

from django.urls import path

from webapp.accounts.views import SignIn, SignOut, tokens

app_name = "accounts"
urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("tokens/", tokens, name="tokens"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
]
