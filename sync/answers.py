"""Reading an answer of the server: bounded, strict, and known to be its own and whole, before anything is used."""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from citymanager.errors import Refused
from sync.contract import ANSWER_LIMIT, PRODUCT, seal_of
from sync.faults import (
    Busy,
    Expired,
    Failing,
    Garbled,
    NewFeed,
    NotOurs,
    NotSeen,
    Purged,
    TooLarge,
    TooOld,
    Unacceptable,
    WrongLogin,
)

WORK_ON = "До этого данные здесь читаются, правки сохраняются и уйдут после обновления."
_ITEMS = {"changes", "verdicts", "parts"}
LINE_LIMIT = 64 * 1024
"""Bytes of one line of the events."""


def collected(chunks: Iterable[bytes], limit: int = ANSWER_LIMIT) -> bytes:
    """The unpacked body. One that grows over the limit is a bomb: it is not read to its end."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise TooLarge("Ответ сервера слишком велик и не принят. Сообщите администратору.")
    return bytes(body)


def lines(chunks: Iterable[bytes], limit: int = LINE_LIMIT) -> Iterator[str]:
    """The lines of a stream without end, given byte by byte; one that is too long is a bomb."""
    line = bytearray()
    for byte in chunks:
        if byte in (b"\n", b"\r"):
            yield line.decode("utf-8", "replace")
            line.clear()
            continue
        line += byte
        if len(line) > limit:
            raise TooLarge("Строка событий сервера слишком длинна и не принята. Сообщите администратору.")


def parsed(body: bytes) -> Any:
    """The JSON value of a body; ValueError for anything that is not strict JSON in UTF-8.

    What the fast reader does not take, the standard library judges: half a character, say, is one record's fault and
    not the answer's.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return _judged(body)


def _judged(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is out of range")
    return number


def opened(status: int, body: bytes, address: str, wait: float) -> dict[str, Any]:
    """The answer's object if the server has done what was asked; else the error that says what to do.

    `wait` is what its Retry-After comes to.
    """
    try:
        answer = parsed(body)
    except ValueError as error:
        answer = error
    if isinstance(answer, dict) and answer.get("product") == PRODUCT:
        if status == 200:
            return whole(answer, body)
        raise _refusal(status, answer, wait)
    if status in (429, 503):
        raise Busy("Сервер занят и просит подождать.", wait)
    if status >= 500:
        raise Failing(f"Сервер по адресу {address} временно не отвечает (ошибка {status}).")
    if status == 200 and isinstance(answer, ValueError) and (not body or body.startswith(b"{")):
        raise Garbled("Ответ сервера оборван или искажён по дороге, он запрашивается заново.")
    raise NotOurs(
        f"По адресу {address} отвечает не сервер «Ситименеджер». Проверьте адрес сервера и вход в сеть"
        " (страница входа провайдера, прокси)."
    )


def whole(answer: dict[str, Any], body: bytes) -> dict[str, Any]:
    """The answer, if the list that its body ends with is of the length and the hash that were said before it."""
    for name in _ITEMS & answer.keys():
        items, text = answer[name], body.partition(f'"{name}":'.encode())[2].strip()[:-1]  # to the object's last brace
        if not isinstance(items, list) or answer.get("count") != len(items) or answer.get("sha256") != seal_of(text):
            raise Garbled("Ответ сервера искажён по дороге, он запрашивается заново.")
    return answer


def _refusal(status: int, answer: dict[str, Any], wait: float) -> Exception:
    text = str(answer.get("error") or f"Сервер отказал (ошибка {status}).")
    code = answer.get("code")
    if status in (429, 503):
        return Busy(text, wait)
    if code == "login":
        return WrongLogin(text, str(answer.get("city", "")))
    if code == "protocol":
        return TooOld(f"{text} {WORK_ON}")
    if status == 401:
        return Expired(text)
    if code == "feed" and isinstance(answer.get("feed"), str):
        return NewFeed(answer["feed"])
    if status == 410:
        return Purged(text)
    if status >= 500:
        return Failing(text)
    if code == "role":
        return NotSeen(text)
    return Unacceptable(text) if code in ("size", "request") else Refused(text)
