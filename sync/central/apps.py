"""The server's one Django application."""

from django.apps import AppConfig


class Central(AppConfig):
    """Tables, admin and migrations of the central server."""

    name = "sync.central"
    label = "central"
    verbose_name = "Центральный сервер"
