"""A module's page of the help, made from its declaration: fields, statuses, moves and terms, so that it never lies."""

from collections.abc import Iterator
from datetime import date

from citymanager.limits import Limit, Unit
from citymanager.norms import Norms
from citymanager.roles import ROLES, may_make, may_read, may_write, role
from citymanager.schema import STATUS, Clock, Field, Kind, Module, Move
from citymanager.text import plural

KINDS: dict[Kind, str] = {
    "text": "строка", "long_text": "текст", "number": "число", "date": "дата", "moment": "дата и время",
    "flag": "да или нет", "choice": "выбор", "person": "сотрудник", "reference": "ссылка на запись",
    "address": "адрес", "geometry": "место на карте", "files": "файлы",
}  # fmt: skip
UNITS: dict[Unit, tuple[str, str, str]] = {
    "seconds": ("секунда", "секунды", "секунд"), "minutes": ("минута", "минуты", "минут"),
    "hours": ("час", "часа", "часов"), "days": ("календарный день", "календарных дня", "календарных дней"),
    "working_days": ("рабочий день", "рабочих дня", "рабочих дней"), "years": ("год", "года", "лет"),
    "metres": ("метр", "метра", "метров"),
}  # fmt: skip
SPECIAL = "\\`*_{}[]()#+!|<>~&"


def plain(text: str) -> str:
    """Text as it is, for Markdown: a norm's name comes from a register that people fill in."""
    line = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in SPECIAL else letter for letter in line)


def described(module: Module, norms: Norms, today: date) -> str:
    """What the declaration says, as Markdown to follow a page's own words."""
    parts = [_terms(module, norms, today), _statuses(module), _fields(module), _rights(module)]
    return "\n\n".join(part for part in parts if part)


def _fields(module: Module) -> str:
    lines = ["## Поля"]
    for section, keys in module.form.items():
        lines += ["", f"**{plain(section)}**", ""]
        lines += [f"* {_field(module.field(key))}" for key in keys if key != STATUS]
    return "\n".join(lines)


def _field(field: Field) -> str:
    facts = [KINDS[field.kind]]
    if field.unit:
        facts.append(plain(field.unit))
    if field.many:
        facts.append("можно несколько")
    if field.required:
        facts.append("обязательно")
    if field.fill:
        facts.append("заполняется само")
    if field.personal:
        facts.append("[личные данные](personal)")
    words = f"**{plain(field.title)}** — {', '.join(facts)}"
    if field.choices:
        words += ": " + "; ".join(plain(one.title) for one in field.choices)
    return words + (f". {plain(field.hint)}" if field.hint else "")


def _statuses(module: Module) -> str:
    if not module.statuses:
        return ""
    lines = ["## Статусы", ""]
    for status in module.statuses:
        moves = [_move(module, move) for move in status.moves]
        lines.append(f"* **{plain(status.title)}** — " + ("дальше: " + "; ".join(moves) if moves else "последний"))
    return "\n".join(lines)


def _move(module: Module, move: Move) -> str:
    target = module.status(move.target)
    words = f"«{plain(move.title or (target.title if target else move.target))}»"
    needed = ", ".join(plain(module.field(key).title) for key in move.requires)
    allowed = ", ".join(found.title for key in move.roles if (found := role(key)))
    notes = [part for part in (f"нужно: {needed}" if needed else "", allowed) if part]
    return words + (f" ({'; '.join(notes)})" if notes else "")


def _terms(module: Module, norms: Norms, today: date) -> str:
    if not module.clocks:
        return ""
    lines = ["## Сроки", ""]
    lines += [f"* **{plain(one.title)}** — {_term(module, one, norms, today)}" for one in module.clocks]
    return "\n".join([*lines, "", "Что значит «не проверено» — [Сроки](terms)."])


def _term(module: Module, clock: Clock, norms: Norms, today: date) -> str:
    start = plain(module.field(clock.starts).title)
    limit = norms.limit(clock.limit, today) if clock.limit else None
    if limit is not None:
        words = f"{_length(limit)} от «{start}»: {plain(limit.citation)}"
        words += "" if limit.verified else " — **не проверено**"
    elif clock.due:
        words = f"до времени в поле «{plain(module.field(clock.due).title)}»"
    else:
        words = f"от «{start}»; действующей нормы «{plain(clock.limit)}» нет"
    if limit is not None and clock.due:
        words += f"; если заполнено «{plain(module.field(clock.due).title)}», то до него"
    return ". ".join([words, *_ends(module, clock)])


def _ends(module: Module, clock: Clock) -> Iterator[str]:
    if clock.stops:
        yield f"Кончается, когда заполнено «{plain(module.field(clock.stops).title)}»"
    titles = [f"«{plain(found.title)}»" for key in clock.ends if (found := module.status(key))]
    if titles:
        yield f"Выполнен в статусах {', '.join(titles)}"


def _length(limit: Limit) -> str:
    return plural(limit.limit, *UNITS[limit.unit])


def _rights(module: Module) -> str:
    inside = [one for one in ROLES if not one.outside]
    said = (
        ("Видят", [one.title for one in inside if may_read(one, module)]),
        ("Заводят", [one.title for one in inside if may_make(one, module)]),
        ("Меняют", [one.title for one in inside if may_write(one, module)]),
    )
    own = ["* Чужое меняют и удаляют только модератор и администратор"] if module.author else []
    lines = [f"* {verb}: {', '.join(who) or 'никто'}" for verb, who in said]
    return "\n".join(["## Кто работает", "", *lines, *own])
