"""Сообщения жителей: the city's queue, from the resident's word to the public answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.modules.categories import CATEGORIES
from citymanager.schema import Choice, Clock, Field, Look, Module, Move, Rule, Status

MODERATION = ("admin", "moderator")
DESK = ("admin", "moderator", "operator")
EXECUTION = ("admin", "moderator", "operator", "executor")

REJECT = Move("rejected", MODERATION, requires=("rejection",), title="Отклонить")
REDIRECT = Move("redirected", MODERATION, requires=("redirected_to",), title="Перенаправить")
POSTPONE = Move("postponed", EXECUTION, requires=("postponed_until", "postponed_reason"), title="Отложить")
DONE = Move("done", EXECUTION, title="Выполнено")
REOPEN = Move("reopened", DESK, title="Возобновить")

STATUSES = (
    Status("new", "Новое", (Move("moderation", DESK, title="На модерацию"),), "new"),
    Status(
        "moderation",
        "На модерации",
        (Move("accepted", MODERATION, title="Принять"), REJECT, REDIRECT),
        "new",
    ),
    Status("rejected", "Отклонено", (Move("moderation", MODERATION, title="Вернуть на модерацию"),), "refused"),
    Status(
        "accepted",
        "Принято",
        (Move("assigned", DESK, requires=("executor",), title="Назначить"), REDIRECT),
        "waiting",
        stamps="registered",
    ),
    Status(
        "assigned",
        "Назначено",
        (
            Move("in_work", EXECUTION, title="Взять в работу"),
            Move("accepted", DESK, title="Снять назначение"),
            REDIRECT,
        ),
        "waiting",
    ),
    Status("in_work", "В работе", (DONE, POSTPONE, Move("assigned", DESK, title="Переназначить")), "work"),
    Status(
        "postponed", "Отложено", (Move("in_work", EXECUTION, title="Продолжить"),), "waiting", until="postponed_until"
    ),
    Status(
        "done",
        "Выполнено исполнителем",
        (Move("checking", DESK, title="Проверить"), Move("in_work", DESK, title="Вернуть в работу")),
        "done",
    ),
    Status(
        "checking",
        "На проверке",
        (
            Move("solved", DESK, requires=("public_answer",), title="Решено"),
            Move("in_work", DESK, title="Вернуть в работу"),
        ),
        "done",
    ),
    Status("solved", "Решено", (Move("rated", DESK, requires=("rating",), title="Оценить"), REOPEN), "closed"),
    Status("rated", "Оценено", (REOPEN,), "closed"),
    Status(
        "reopened",
        "Возобновлено",
        (Move("assigned", DESK, requires=("executor",), title="Назначить"), Move("in_work", EXECUTION)),
        "new",
    ),
    Status("redirected", "Перенаправлено", (Move("moderation", MODERATION, title="Вернуть на модерацию"),), "refused"),
)

OVER = ("rejected", "solved", "rated", "redirected")
DONE_WITH = (*OVER, "done", "checking")
TAKEN = (*DONE_WITH, "in_work", "postponed", "reopened")
GIVEN = (*TAKEN, "assigned")
OPENED = (*GIVEN, "accepted", "moderation")


def duplicate_names_its_original(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """A report rejected as a duplicate says of which one: otherwise its author can't be answered."""
    if after.get("status") == "rejected" and after.get("rejection") == "duplicate" and not after.get("duplicate_of"):
        return "Сообщение отклоняется как дубль: укажите, какое сообщение оно повторяет."
    return None


def postponed_into_the_future(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """A term of postponement that begins now lies ahead, also one that has been there before."""
    term = after.get("postponed_until")
    kept = before.get("status") == "postponed" and term == before.get("postponed_until")
    if after.get("status") == "postponed" and term and not kept and str(term) <= now.date().isoformat():
        return "Срок, до которого отложено решение, должен быть позже сегодняшнего дня."
    return None


def answered_before_closing(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """An appeal under 59-ФЗ is not closed without an answer to its author (59-ФЗ, art. 10)."""
    closed = after.get("status") in ("rejected", "solved", "rated")
    if closed and after.get("regime") == "59fz" and not after.get("public_answer"):
        return "Обращение по 59-ФЗ нельзя закрыть без ответа: заполните «Публичный ответ»."
    return None


REPORTS = Module(
    key="reports",
    title="Сообщения жителей",
    one="сообщение",
    geometry="point",
    group="Смена",
    docked=True,
    fields=(
        Field("number", "Номер", fill="number", fixed=True, longest=40, public=True),
        Field("received", "Поступило", "moment", fill="now", public=True),
        Field(
            "channel",
            "Канал",
            "choice",
            default="phone",
            choices=(
                Choice("portal", "Портал"),
                Choice("email", "Электронная почта"),
                Choice("vk", "ВКонтакте"),
                Choice("social", "Другая соцсеть"),
                Choice("phone", "Телефон"),
                Choice("edds", "ЕДДС"),
            ),
        ),
        Field("category", "Категория", "choice", choices=CATEGORIES, public=True),
        Field(
            "nature",
            "Характер",
            "choice",
            choices=(Choice("problem", "Конкретная проблема"), Choice("proposal", "Общее предложение")),
        ),
        Field("text", "Текст сообщения", "long_text", required=True),
        Field("photos", "Фотографии", "files"),
        Field("address", "Адрес", "address", public=True),
        Field("geometry", "Точка на карте", "geometry", public=True),
        Field("author_name", "Автор", longest=300, personal=True),
        Field("author_phone", "Телефон автора", longest=100, personal=True, identifies="phone"),
        Field("author_email", "Почта автора", longest=200, personal=True, identifies="email"),
        Field("management_company", "Управляющая компания", "reference", to="organisations"),
        Field("district", "Избирательный округ", "reference", to="electoral_districts"),
        Field("precinct", "Полицейский участок", "reference", to="police_precincts"),
        Field("executor", "Исполнитель", "reference", to="organisations"),
        Field("curator", "Куратор", "person"),
        Field(
            "regime",
            "Правовой режим",
            "choice",
            default="platform",
            choices=(
                Choice("59fz", "59-ФЗ"),
                Choice("platform", "Платформа"),
                Choice("ads", "АДС, ПП 416"),
                Choice("112", "112, ПП 1931"),
            ),
        ),
        Field(
            "special",
            "Особый срок",
            "choice",
            choices=(Choice("fast", "Быстрое решение"), Choice("sewer", "Засор канализации")),
            hint="Быстрое решение — на платформе; засор — по ПП 416",
        ),
        Field("registered", "Зарегистрировано", "moment"),
        Field("told_at", "Заявителю сообщено", "moment", hint="Когда аварийная служба назвала ему сроки"),
        Field("extension_notice", "Уведомление о продлении", "date", hint="Продлевает срок ответа по 59-ФЗ один раз"),
        Field("public_answer", "Публичный ответ", "long_text", public=True),
        Field("result_photos", "Фото результата", "files", public=True),
        Field("rating", "Оценка жителя", "number", minimum=1, maximum=5, whole=True, public=True),
        Field("duplicate_of", "Повторяет сообщение", "reference", to="reports"),
        Field(
            "rejection",
            "Причина отклонения",
            "choice",
            choices=(Choice("rules", "Правила"), Choice("topic", "Тематика"), Choice("duplicate", "Дубль")),
        ),
        Field("redirected_to", "Куда перенаправлено", longest=300),
        Field("postponed_until", "Отложено до", "date"),
        Field("postponed_reason", "Причина отсрочки", "long_text"),
        Field("pauses", "Приостановки срока", "long_text", fill="pauses", fixed=True),
    ),
    statuses=STATUSES,
    clocks=(
        Clock("register", "Регистрация", "received", "59fz.register", (*GIVEN, "accepted"), ("59fz",)),
        Clock("forward", "Переадресация", "registered", "59fz.forward", GIVEN, ("59fz",)),
        Clock("answer", "Ответ", "registered", "59fz.answer", OVER, ("59fz",), extended="extension_notice"),
        Clock(
            "solve",
            "Решение",
            "received",
            "platform.solve",
            OVER,
            ("platform",),
            special=("", "sewer"),
            pauses=("postponed",),
            by="category",
        ),
        Clock(
            "fast",
            "Быстрое решение",
            "received",
            "platform.fast",
            OVER,
            ("platform",),
            special=("fast",),
            pauses=("postponed",),
            by="category",
        ),
        Clock("localise", "Локализация", "received", "ads.localise", TAKEN, ("ads",)),
        Clock("tell", "Сообщение заявителю", "received", "ads.tell", TAKEN, ("ads",), stops="told_at"),
        Clock("repair", "Устранение", "received", "ads.repair", DONE_WITH, ("ads",)),
        Clock("sewer", "Ликвидация засора", "received", "ads.sewer", DONE_WITH, ("ads",), special=("sewer",)),
        Clock("confirm", "Подтверждение службой", "received", "112.confirm", TAKEN, ("112",)),
        Clock("open", "Открытие карточки", "received", "112.open", OPENED, ("112",)),
        Clock("record", "Первая запись", "received", "112.record", (*GIVEN, "accepted"), ("112",)),
    ),
    rules=(
        Rule("duplicate_names_its_original", duplicate_names_its_original),
        Rule("postponed_into_the_future", postponed_into_the_future),
        Rule("answered_before_closing", answered_before_closing),
    ),
    table=("number", "received", "status", "category", "address", "text", "executor", "channel"),
    form={
        "Сообщение": ("number", "received", "channel", "category", "nature", "text", "photos", "address", "geometry"),
        "Автор": ("author_name", "author_phone", "author_email"),
        "Территория": ("management_company", "district", "precinct"),
        "Исполнение": (
            "regime",
            "special",
            "registered",
            "extension_notice",
            "told_at",
            "executor",
            "curator",
            "postponed_until",
            "postponed_reason",
            "pauses",
        ),
        "Ответ": (
            "public_answer",
            "result_photos",
            "rating",
            "rejection",
            "duplicate_of",
            "redirected_to",
        ),
    },
    caption=("number", "address", "text"),
    look=Look(icon="dot"),
    writers=EXECUTION,
    makers=(*DESK, "service"),
    outside=("service",),
    sort="-received",
    mine=("curator", "executor"),
)
