"""The API and the admin for gunicorn; the database's address is in CITYMANAGER_DATABASE."""

import os

from django.core.wsgi import get_wsgi_application

from sync.central.settings import boot

boot(os.environ["CITYMANAGER_DATABASE"])
application = get_wsgi_application()
