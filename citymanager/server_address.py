"""A server's address as people type it and as the program uses it: one rule for window, command line and link."""

import ipaddress
from urllib.parse import urlsplit

from citymanager.errors import Refused


def server_address(text: str) -> str:
    """A server's address as it is used everywhere. Refused if it is none."""
    try:
        parts = urlsplit(text.strip())
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:  # a port out of range, half an IPv6 address
        whole = False
    if not whole:
        raise Refused(f"«{text}» — не адрес сервера. Укажите его так: https://имя-или-адрес:порт.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def is_here(address: str) -> bool:
    """Whether a server's address is of this very computer."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name of the network
        return False


def address_problem(text: str) -> str:
    """Why this is not an address, in Russian; empty if it is one."""
    try:
        server_address(text)
    except Refused as error:
        return str(error)
    return ""
