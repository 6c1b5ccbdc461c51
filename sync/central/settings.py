"""Django's settings as code: built from a database's address, with no secret in any file."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from citymanager.modules import MODULES
from citymanager.schema import Module

CONNECTIONS = 16
"""To PostgreSQL from one process; writers take turns anyway."""
APPS = (
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "sync.central.apps.Central",
)
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
TEMPLATES = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]
    },
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # its lines name addresses that were asked for, and those name records; what fails is logged by our own answers
    "loggers": {"django.request": {"level": "CRITICAL"}},
}


def boot(dsn: str, *, secure: bool = False, modules: Sequence[Module] = MODULES, bundles: Path | None = None) -> None:
    """Make Django ready on this database. The key that signs admin sessions lives in the database itself.

    `secure`: the server is reached by TLS only, so the administrator's cookies are kept for it. `bundles`: the folder
    of tables made ready for first loads.
    """
    settings.configure(
        SECRET_KEY=_secret(dsn),
        DATABASES={"default": _database(dsn)},
        INSTALLED_APPS=APPS,
        MIDDLEWARE=MIDDLEWARE,
        TEMPLATES=[TEMPLATES],
        LOGGING=LOGGING,
        ROOT_URLCONF="sync.central.urls",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        # no answer is built from the Host header, and the server stands behind loopback or nginx
        ALLOWED_HOSTS=["*"],
        REGISTERS={one.key: one for one in modules},
        BUNDLES=bundles,
        LANGUAGE_CODE="ru",
        TIME_ZONE="Asia/Yekaterinburg",
        USE_TZ=True,
        STATIC_URL="static/",
        AUTHENTICATION_BACKENDS=["sync.central.access.Patience"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.ScryptPasswordHasher"],
        AUTH_PASSWORD_VALIDATORS=[
            {"NAME": f"django.contrib.auth.password_validation.{name}"}
            for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
        ],
        SESSION_COOKIE_SECURE=secure,
        CSRF_COOKIE_SECURE=secure,
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,  # bounded before Django reads it, see asgi.py
    )
    django.setup()


def _database(dsn: str) -> dict[str, Any]:
    parts: dict[str, Any] = dict(conninfo_to_dict(dsn))
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    known = {name: str(parts.pop(part, "") or "") for name, part in names.items()}
    # Django answers each request in a thread of its own: without a pool each would open a connection too
    parts["pool"] = {"min_size": 1, "max_size": CONNECTIONS, "timeout": 5}
    return {"ENGINE": "django.db.backends.postgresql", **known, "OPTIONS": parts, "CONN_HEALTH_CHECKS": True}


def _secret(dsn: str) -> str:
    """The database's own key; before its tables are made, one for the moment."""
    try:
        with psycopg.connect(dsn) as connection:
            found = connection.execute("SELECT secret FROM meta").fetchone()
    except psycopg.errors.UndefinedTable:
        found = None
    return str(found[0]) if found else secrets.token_urlsafe(50)
