"""The settings of a workstation, declared once: from here come the dialog, the defaults and the checks.

A setting is a `Field`, so that it is typed, checked and shown like a field of a card. Values lie in the profile and
outlive the cache. A value that is damaged gives way to the default, and the log says so.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from citymanager.errors import Refused
from citymanager.schema import Choice, Field, Module
from citymanager.server_address import address_problem
from citymanager.store import Profile
from citymanager.values import problem

Acts = Literal["at once", "at login", "at restart"]
"""When a new value takes effect."""

LOOK, ALARMS, LINK, ACCESS, PAPER, WALL = "Вид", "Тревоги", "Связь", "Доступ", "Печать", "Экран на стене"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what it is, where the dialog has it, when it acts, where the profile keeps it."""

    field: Field
    section: str
    acts: Acts = "at once"
    path: tuple[str, ...] = ()
    """Keys into the profile's settings; empty: the field's own key."""
    check: Callable[[Any], str] | None = None
    """More than the field's kind asks: why a value can't be, in Russian; empty if it can."""

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def where(self) -> tuple[str, ...]:
        return self.path or (self.key,)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        Field(
            "theme", "Тема", "choice", required=True, default="day",
            choices=(Choice("day", "Светлая"), Choice("night", "Тёмная")), hint="Тёмная меньше утомляет ночью.",
        ), LOOK,
    ),
    Setting(
        Field(
            "text_size", "Размер текста", "number", required=True, whole=True, minimum=85, maximum=150, default=100,
            unit="%", hint="100 — обычный. Крупнее — если экран далеко или мелко видно.",
        ), LOOK,
    ),
    Setting(
        Field(
            "motion", "Плавное движение панелей", "flag", required=True, default=True,
            hint="Выключите, если движение на экране мешает.",
        ), LOOK,
    ),
    Setting(
        Field(
            "alarm_sound", "Звук тревог", "flag", required=True, default=True,
            hint="Срочная тревога звучит каждые 30 секунд, пока её не примут. Без звука она остаётся на экране.",
        ), ALARMS,
    ),
    Setting(
        Field(
            "alarm_flood", "Поток тревог", "number", required=True, whole=True, minimum=5, maximum=50, default=10,
            unit="новых за 10 минут",
            hint="Если тревог больше, одинаковые показываются одной строкой со счётом, срочные — всегда по одной.",
        ), ALARMS,
    ),
    Setting(
        Field(
            "server", "Адрес сервера", hint="Например: https://сервер-города. После смены программа попросит войти.",
        ), LINK, check=address_problem,
    ),
    Setting(
        Field(
            "poll", "Проверять сервер не реже", "number", required=True, whole=True, minimum=15, maximum=30, default=25,
            unit="секунд", hint="Новое приходит сразу; проверка — на случай, если сервер не смог об этом сказать.",
        ), LINK,
    ),
    Setting(
        Field(
            "files_room", "Место под файлы с сервера", "number", required=True, whole=True, minimum=100,
            maximum=1_000_000, default=2_000, unit="МБ",
            hint="Скачанные фото и документы сверх этого убираются с диска, давние первыми. Неотправленные — никогда.",
        ), LINK,
    ),
    Setting(
        Field(
            "offline_days", "Вход без связи", "number", required=True, whole=True, minimum=1, maximum=30, default=14,
            unit="суток", hint="Сколько после последнего обмена с сервером можно войти, если связи нет.",
        ), ACCESS, "at login",
    ),
    Setting(
        Field(
            "lock_minutes", "Блокировать без работы через", "number", required=True, whole=True, minimum=0, maximum=480,
            default=15, unit="мин", hint="0 — не блокировать. Сразу: Ctrl+L. Обмен с сервером идёт и под блокировкой.",
        ), ACCESS,
    ),
    Setting(
        Field("city_name", "Название города", longest=200, hint="Стоит в заголовке всего, что печатается."), PAPER,
    ),
    Setting(
        Field(
            "wall_diagonal", "Диагональ экрана", "number", required=True, minimum=19, maximum=300, default=55,
            unit="дюймов", hint="От неё и от расстояния зависит размер букв на стене.",
        ), WALL, "at restart", ("wall", "diagonal"),
    ),
    Setting(
        Field(
            "wall_distance", "До дальнего места", "number", required=True, minimum=0.5, maximum=30, default=4,
            unit="м", hint="Откуда на экран смотрит самый дальний сотрудник.",
        ), WALL, "at restart", ("wall", "distance"),
    ),
)  # fmt: skip


def as_module(settings: tuple[Setting, ...] = SETTINGS) -> Module:
    """The settings as a declaration that editors and checks understand; nothing is stored by it."""
    sections: dict[str, tuple[str, ...]] = {}
    for one in settings:
        sections[one.section] = (*sections.get(one.section, ()), one.key)
    fields = tuple(one.field for one in settings)
    return Module("settings", "Настройки", "настройка", fields, table=("theme",), form=sections, caption=("theme",))


class Settings:
    """The settings of one profile: what is read is always sound, what is written is checked."""

    def __init__(self, profile: Profile, declared: tuple[Setting, ...] = SETTINGS) -> None:
        self._profile, self.declared, self.module = profile, declared, as_module(declared)
        self._by_key = {one.key: one for one in declared}
        self._told: set[str] = set()

    def declaration(self, key: str) -> Setting:
        return self._by_key[key]

    def __getitem__(self, key: str) -> Any:
        """The value that holds: the kept one if it is sound, else the default."""
        setting = self._by_key[key]
        found = _inside(self._profile.setting(setting.where[0]), setting.where[1:])
        if found is None:
            return setting.field.default
        wrong = self.problem(key, found)
        if not wrong:
            return found
        if key not in self._told:  # once: a setting may be asked for all day long
            self._told.add(key)
            log.warning("setting %s is damaged, the default holds: %s", key, wrong)
        return setting.field.default

    def problem(self, key: str, value: Any) -> str:
        """Why this value can't be, in Russian; empty if it can."""
        field, check = self._by_key[key].field, self._by_key[key].check
        if value is None:
            return f"Заполните «{field.title}»." if field.required else ""
        return problem(self.module, field, value) or (check(value) if check else "")

    def put(self, key: str, value: Any) -> None:
        """Keep a value; None goes back to the default. Raises Refused with the reason, and ReadOnly."""
        setting = self._by_key[key]
        wrong = "" if value is None else self.problem(key, value)
        if wrong:
            raise Refused(wrong)
        first, *rest = setting.where
        self._profile.set(first, _with(self._profile.setting(first), rest, value))

    def is_default(self, key: str) -> bool:
        return bool(self[key] == self._by_key[key].field.default)


def _inside(found: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _with(found: Any, path: list[str], value: Any) -> Any:
    """What was kept, with this value at its place in it."""
    if not path:
        return value
    inner = dict(found) if isinstance(found, Mapping) else {}
    return {**inner, path[0]: _with(inner.get(path[0]), path[1:], value)}
