"""Ответы жителям: nothing counts as sent until a connector or an operator has confirmed it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.schema import Choice, Clock, Field, Module, Move, Once, Rule, Status, Values

SENDERS = ("admin", "moderator", "operator", "connector")
SENT = Move("sent", SENDERS, requires=("confirmed_by", "confirmation"), title="Подтвердить отправку")
GONE_OUT = ("report", "channel", "recipient", "text", "files", "sent_at", "confirmed_by", "confirmation")
TWICE = "Тот же ответ подготовлен и на другом рабочем месте: уходит он один раз"
OPEN, CLOSE = "⟦", "⟧"
BLANK = re.compile("⟦[^⟦⟧]*⟧|[⟦⟧]")
"""A place in a text that is still to be filled in, or what was left of its mark."""
FAILED = Move("failed", SENDERS, requires=("error",), title="Ошибка отправки")


def confirmed_stays_as_it_went(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """A reply that has gone out is what its reader has: it is not written anew afterwards."""
    if before.get("status") == "sent" and any(before.get(key) != after.get(key) for key in GONE_OUT):
        return "Ответ уже отправлен: он и его подтверждение не меняются. Подготовьте новый ответ."
    return None


def nothing_left_to_fill_in(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """What a template could not tell is told by a person before the reply waits for sending."""
    same = all(before.get(key) == after.get(key) for key in ("status", "text"))
    left = list(dict.fromkeys(BLANK.findall(str(after.get("text") or ""))))
    if not left or same or after.get("status") == "failed":
        return None
    return f"В тексте ответа осталось незаполненное: {', '.join(left[:5])}. Впишите или уберите вместе со скобками."


def sent_only_when_confirmed(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """Whoever brings it, on whatever path: without a confirmation nobody knows that a reply has gone out."""
    told = [str(after.get(key, "")).strip() for key in ("confirmed_by", "confirmation")]
    if after.get("status") == "sent" and not all(told):
        return "Ответ считается отправленным только с подтверждением: укажите, кто подтвердил и чем."
    if after.get("status") != "sent" and after.get("sent_at") not in (None, before.get("sent_at")):
        return "Ответ ещё не отправлен: очистите «Отправлен». Подтверждённую отправку отмечают статусом."
    return None


def answer_to(report: Mapping[str, Any]) -> Values:
    """A reply begins with the public answer, by the way on which the report came, to whom that way leads."""
    channel = {"edds": "phone"}.get(str(report.get("channel")), report.get("channel"))
    contact = {"email": "author_email", "phone": "author_phone"}.get(str(channel), "author_name")
    begun = {"channel": channel, "recipient": report.get(contact), "text": report.get("public_answer")}
    return {key: value for key, value in begun.items() if value}


REPLIES = Module(
    key="replies",
    title="Ответы жителям",
    one="ответ",
    group="Смена",
    fields=(
        Field("report", "Сообщение", "reference", required=True, to="reports"),
        Field("channel", "Канал", "choice", required=True, default="portal", choices=(
            Choice("portal", "Портал"),
            Choice("email", "Электронная почта"),
            Choice("vk", "ВКонтакте"),
            Choice("social", "Другая соцсеть"),
            Choice("phone", "Телефон"),
            Choice("post", "Почта"),
        )),
        Field("recipient", "Получатель", longest=300, personal=True),
        Field("text", "Текст ответа", "long_text", required=True),
        Field("files", "Приложения", "files"),
        Field("prepared_at", "Подготовлен", "moment", fill="now"),
        Field("prepared_by", "Подготовил", longest=200),
        Field("also", "Подготовили также", "long_text", fill="also", fixed=True, hint=TWICE),
        Field("sent_at", "Отправлен", "moment"),
        Field("confirmed_by", "Кто подтвердил", longest=200, hint="Имя службы отправки или сотрудника"),
        Field("confirmation", "Подтверждение", longest=300, hint="Номер сообщения, исходящий номер, время звонка"),
        Field("error", "Ошибка", "long_text"),
        Field("attempts", "Попыток", "number", minimum=0, whole=True),
    ),
    statuses=(
        Status("to_send", "К отправке", (SENT, FAILED), "waiting"),
        Status("sent", "Отправлен", (), "closed", "sent_at"),
        Status("failed", "Ошибка", (Move("to_send", SENDERS, title="Отправить снова"), SENT), "late"),
    ),
    clocks=(Clock("sending", "Отправка ответа", "prepared_at", "reply.sending", ("sent",)),),
    once=(Once(("prepared_at", "prepared_by"), "also"),),
    rules=(
        Rule("nothing_left_to_fill_in", nothing_left_to_fill_in),
        Rule("sent_only_when_confirmed", sent_only_when_confirmed),
        Rule("confirmed_stays_as_it_went", confirmed_stays_as_it_went),
    ),
    table=("prepared_at", "report", "status", "channel", "text", "sent_at", "error"),
    form={
        "Ответ": ("report", "channel", "recipient", "text", "files", "prepared_at", "prepared_by", "also"),
        "Отправка": ("sent_at", "confirmed_by", "confirmation", "error", "attempts"),
    },
    caption=("report", "channel"),
    readers=("admin", "moderator", "operator", "head"),
    writers=SENDERS,
    makers=("admin", "moderator", "operator"),
    outside=("connector",),
    begins={"report": answer_to},
    sort="-prepared_at",
    mine=("prepared_by",),
)  # fmt: skip
