"""Tokens in the desktop's key ring, where there is one. Without it they live in memory only: after a restart the person
enters his password again, and nothing that opens the server lies on the disk in clear.
"""

import logging

SERVICE = "citymanager"
log = logging.getLogger(__name__)


class KeyRing:
    """The system's store of secrets; one that is missing or locked is as one that is empty."""

    def __init__(self, address: str, station: str) -> None:
        self._prefix = f"{address} {station}"

    def get(self, login: str) -> str:
        """The token kept for this person here, or an empty string."""
        import keyring  # it looks for a backend when imported, which the command line need not wait for
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(SERVICE, self._name(login)) or ""
        except (KeyringError, RuntimeError) as error:
            log.info("no key ring: %s", type(error).__name__)
            return ""

    def put(self, login: str, token: str) -> None:
        """Keep a token, or forget it if it is empty."""
        import keyring
        from keyring.errors import KeyringError

        try:
            if token:
                keyring.set_password(SERVICE, self._name(login), token)
            elif self.get(login):
                keyring.delete_password(SERVICE, self._name(login))
        except (KeyringError, RuntimeError) as error:
            log.info("no key ring: %s", type(error).__name__)

    def _name(self, login: str) -> str:
        return f"{self._prefix} {login}"


class NoKeyRing(KeyRing):
    """For a single command: nothing is kept."""

    def __init__(self) -> None:
        super().__init__("", "")

    def get(self, login: str) -> str:
        return ""

    def put(self, login: str, token: str) -> None:
        return
