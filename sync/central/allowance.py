"""How much an account of another system may send: a program that has gone mad must not drown the city's queue."""

from django.db import connection

from citymanager.errors import Refused
from sync.central.access import Caller
from sync.central.answers import Failed
from sync.contract import Operation

PER_MINUTE = 300
"""Operations of one account."""
LETTERS = 20_000
"""Of all texts in one operation."""
FILES_PER_HOUR = 600
"""Photos and papers of one account."""
WAIT = 60


def judge_rate(who: Caller, asked: int) -> None:
    """Raise Failed if another system's account has sent too much in the last minute: then nothing is taken."""
    if not who.role.outside:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM answered WHERE login = %s AND at > now() - interval '1 minute'", [who.login]
        )
        (sent,) = cursor.fetchone()
    if sent + asked > PER_MINUTE:
        text = f"Не больше {PER_MINUTE} правок в минуту: подождите {WAIT} с и пришлите те же правки снова."
        raise Failed(429, "busy", text, after=WAIT)


def judge_files(who: Caller) -> None:
    """Raise Failed if another system's account has brought too many files in the last hour."""
    if not who.role.outside:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM files WHERE login = %s AND at > now() - interval '1 hour'", [who.login])
        (brought,) = cursor.fetchone()
    if brought >= FILES_PER_HOUR:
        text = f"Не больше {FILES_PER_HOUR} файлов в час: пришлите этот файл позже."
        raise Failed(429, "busy", text, after=WAIT)


def judge_length(who: Caller, operation: Operation) -> None:
    """Raise Refused if the texts of another system's account are too long."""
    letters = sum(len(value) for value in operation["set"].values() if isinstance(value, str))
    if who.role.outside and letters > LETTERS:
        raise Refused(f"Тексты длиннее {LETTERS} знаков: сократите или приложите файлом.")
