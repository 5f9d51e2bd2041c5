"""The viewer app: the deep-zoom stage of every page, and the home page. No model."""

from django.apps import AppConfig


class ViewerConfig(AppConfig):
    """The viewer."""

    name = "webapp.viewer"
