"""The server's two applications for production; the database's address is in CITYMANAGER_DATABASE.

Factories, because Django must know its database before its models can be imported.
"""

import os
from typing import Any

from sync.central.settings import boot


def api() -> Any:
    """API and admin, for gunicorn."""
    boot(os.environ["CITYMANAGER_DATABASE"], secure=True)
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def events() -> Any:
    """Event streams, for one uvicorn."""
    dsn = os.environ["CITYMANAGER_DATABASE"]
    boot(dsn)
    from sync.central.asgi import application
    from sync.central.events import Feed

    return application(Feed(dsn))
