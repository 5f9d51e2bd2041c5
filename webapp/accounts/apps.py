"""The accounts app: who a person is and what they came for."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "webapp.accounts"

    def ready(self) -> None:
        """Import the receivers, which connect themselves."""
        from webapp.accounts import journal  # noqa: F401
