"""The studies app: blinded reader studies from protocol to result."""

from django.apps import AppConfig


class StudiesConfig(AppConfig):
    """Reader studies."""

    name = "studies"
