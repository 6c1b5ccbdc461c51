"""The web page of the map, shut in: it goes nowhere, opens nothing, downloads nothing and is asked nothing."""

import logging
from collections.abc import Sequence

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineFullScreenRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
)

from layers.interceptor import Interceptor
from layers.scheme import HOME, SCHEME, CityScheme

log = logging.getLogger(__name__)

START = QUrl(HOME + "index.html")

_On = QWebEngineSettings.WebAttribute
FORBIDDEN = (
    _On.LocalStorageEnabled, _On.PluginsEnabled, _On.JavascriptCanOpenWindows, _On.JavascriptCanAccessClipboard,
    _On.LocalContentCanAccessFileUrls, _On.LocalContentCanAccessRemoteUrls, _On.HyperlinkAuditingEnabled,
    _On.ScreenCaptureEnabled, _On.WebGLEnabled, _On.DnsPrefetchEnabled, _On.PdfViewerEnabled,
    _On.NavigateOnDropEnabled, _On.ErrorPageEnabled, _On.FullScreenSupportEnabled, _On.AllowRunningInsecureContent,
    _On.AllowWindowActivationFromJavaScript,
)  # fmt: skip


def closed_profile(scheme: CityScheme, interceptor: Interceptor) -> QWebEngineProfile:
    """A browser profile that keeps nothing on disk and reaches nothing but our scheme."""
    profile = QWebEngineProfile()
    profile.installUrlSchemeHandler(SCHEME.encode(), scheme)
    profile.setUrlRequestInterceptor(interceptor)
    profile.downloadRequested.connect(_cancel)
    for one in FORBIDDEN:
        profile.settings().setAttribute(one, False)
    profile.settings().setAttribute(_On.WebRTCPublicInterfacesOnly, True)
    profile.setSpellCheckEnabled(False)
    return profile


class CityPage(QWebEnginePage):
    """A page that shows the map and refuses everything that a page may wish beyond that."""

    def __init__(self, profile: QWebEngineProfile, parent: QObject) -> None:
        super().__init__(profile, parent)
        self.permissionRequested.connect(_deny)
        self.fullScreenRequested.connect(_reject_full_screen)

    def start(self) -> None:
        self.load(START)

    def acceptNavigationRequest(self, url: QUrl | str, kind: QWebEnginePage.NavigationType, main: bool) -> bool:
        allowed = main and QUrl(url) == START
        if not allowed:
            log.warning("map: refused to go to %s", QUrl(url).scheme())
        return allowed

    def chooseFiles(
        self, mode: QWebEnginePage.FileSelectionMode, old: Sequence[str], types: Sequence[str]
    ) -> list[str]:
        return []

    def javaScriptAlert(self, origin: QUrl | str, text: str) -> None:
        log.warning("map: refused an alert")

    def javaScriptConfirm(self, origin: QUrl | str, text: str) -> bool:
        return False

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        """Where it was, not what it said: a message may quote a resident."""
        if level != QWebEnginePage.JavaScriptConsoleMessageLevel.InfoMessageLevel:
            log.warning("map: %s, line %d: %s", QUrl(source).path(), line, message.split(":")[0][:80])


def _cancel(download: QWebEngineDownloadRequest) -> None:
    download.cancel()


def _deny(permission: QWebEnginePermission) -> None:
    permission.deny()


def _reject_full_screen(request: QWebEngineFullScreenRequest) -> None:
    request.reject()
