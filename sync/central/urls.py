"""Addresses of the API and of the admin."""

from mimetypes import guess_type
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.defaults import page_not_found

from sync import contract
from sync.central import bundles, doors, feed, files
from sync.central.answers import Failed, failure
from sync.central.operations import operations


def static(request: HttpRequest, name: str) -> HttpResponse:
    """The admin's few style sheets: served by ourselves, so that it works without nginx and without the internet."""
    found = finders.find(name)
    if found is None or not Path(found).is_file():
        raise Http404
    return HttpResponse(Path(found).read_bytes(), content_type=guess_type(found)[0] or "application/octet-stream")


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The API fails in JSON on every address."""
    if request.path.startswith(contract.API):
        return failure(Failed(404, "request", "Такого адреса на сервере нет."))
    answer: HttpResponse = page_not_found(request, exception)
    return answer


def _at(address: str, view: Any, rest: str = "") -> Any:
    return path(address.removeprefix("/") + rest, view)


urlpatterns = [
    _at(contract.LOGIN, doors.login),
    _at(contract.LOGOUT, doors.logout),
    _at(contract.SESSION, doors.session),
    _at(contract.CHANGES, feed.changes),
    _at(contract.SNAPSHOT, feed.snapshot, "/<str:module>"),
    _at(contract.BUNDLES, bundles.bundle, "/<str:module>"),
    _at(contract.BUNDLES, bundles.part, "/<str:module>/<str:name>"),
    _at(contract.OPERATIONS, operations),
    _at(contract.RECORDS, feed.history, "/<str:module>/<path:ident>/history"),
    _at(contract.FILES, files.file, "/<str:name>"),
    _at(contract.DIGEST, feed.digest),
    _at(contract.DIGEST, feed.contents, "/<str:module>"),
    path("admin/", admin.site.urls),
    path("static/<path:name>", static),
    path("", lambda request: redirect("admin/")),
]
