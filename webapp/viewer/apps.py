"""The viewer app: the deep-zoom stage of every page, the home page, comparing, and the display's self-check."""

from django.apps import AppConfig


class ViewerConfig(AppConfig):
    """The viewer."""

    name = "webapp.viewer"
