"""Addresses of the API and of the admin."""

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import path, re_path

urlpatterns = [
    path("admin/", admin.site.urls),
    # the admin's few style sheets: served by ourselves, so that it works without nginx and without the internet
    re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True}),
]
