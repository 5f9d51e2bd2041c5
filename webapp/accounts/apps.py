"""The accounts app: who a person is and what they came for."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "webapp.accounts"
