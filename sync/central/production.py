"""The server's two applications for production; the database's address is in CITYMANAGER_DATABASE.

CITYMANAGER_BUNDLES is the folder of tables made ready for first loads; by itself that of the nightly service.

Factories, because Django must know its database before its models can be imported.
"""

import os
from pathlib import Path
from typing import Any

from sync.central.settings import boot

BUNDLES = "/var/lib/citymanager/bundles"


def api() -> Any:
    """API and admin, for gunicorn."""
    boot(os.environ["CITYMANAGER_DATABASE"], secure=True, bundles=Path(os.environ.get("CITYMANAGER_BUNDLES", BUNDLES)))
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def events() -> Any:
    """Event streams, for one uvicorn."""
    dsn = os.environ["CITYMANAGER_DATABASE"]
    boot(dsn)
    from sync.central.asgi import application
    from sync.central.events import Feed

    return application(Feed(dsn))
