"""What the command line is made of: every command with its parameters, and no work."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from citymanager import VERSION
from citymanager.commands.russian import Parser

_VALUED = ("--text", "--bbox", "--id", "--status")
"""Parameters whose next word is their value whatever it looks like: «-5», «--»."""
_EVERYWHERE = """\
Параметры --profile ПАПКА, --server АДРЕС и --user ИМЯ работают с каждой командой, до или после её имени.
Данные выводятся по одному объекту JSON в строке. Код возврата: 0 — сделано, 1 — частично, 2 — не сделано ничего.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """What every command may be told: whose profile, which server, who works."""

    profile: Path | None
    server: str
    user: str


def parse(words: Sequence[str]) -> tuple[Place, argparse.Namespace]:
    """The place and the command with its parameters (`command` None is the window). A wrong line exits 2."""
    common, rest = _common().parse_known_args(_joined(words))
    return Place(common.profile, common.server or "", common.user), _commands().parse_args(rest)


def _joined(words: Sequence[str]) -> list[str]:
    """Glue a value to its parameter: argparse would take «-60.7,56,…» or «--» for another parameter."""
    made: list[str] = []
    rest = iter(words)
    for word in rest:
        value = next(rest, None) if word in _VALUED else None
        made.append(word if value is None else f"{word}={value}")
    return made


def _common() -> Parser:
    parser = Parser(prog="main.py", add_help=False)
    parser.add_argument("--profile", type=_folder)
    parser.add_argument("--server", type=_server)
    parser.add_argument("--user", default="")
    return parser


@cache
def _commands() -> Parser:
    """Made once: most of the work of a short command is here."""
    parser = Parser(
        prog="main.py",
        description="АРМ «Ситименеджер». Без команды открывается окно.",
        epilog=_EVERYWHERE,
        formatter_class=_Verbatim,
    )
    parser.add_argument("--version", action="version", version=VERSION, help="показать версию программы")
    parser.add_argument("--demo", action="store_true", help="учебный город со своим сервером")
    parser.add_argument("--wall", nargs="?", const="", metavar="ИМЯ", help="экран на стене; имя — какой из экранов")
    commands = parser.add_subparsers(dest="command", title="Команды", metavar="КОМАНДА", prog="main.py")
    _reading(commands)
    _writing(commands)
    _unsent(commands)
    _exchange(commands)
    _service(commands)
    _picture(commands)
    return parser


class _Verbatim(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: object, actions: object, groups: object, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "Использование: ")  # type: ignore[arg-type]


Commands = argparse._SubParsersAction  # the type of what add_subparsers returns has no public name


def _reading(commands: "Commands[Parser]") -> None:
    query = commands.add_parser("query", help="вывести записи раздела")
    _module(query)
    query.add_argument(
        "--status", action="append", default=[], metavar="СТАТУС", help="код или название; можно повторить"
    )
    query.add_argument("--text", default="", metavar="СЛОВА", help="все слова, в любом порядке, по началу слова")
    query.add_argument("--bbox", type=_box, metavar="З,Ю,В,С", help="рамка на карте в градусах: запад,юг,восток,север")
    query.add_argument("--id", action="append", default=[], metavar="ID", help="запись; можно повторить")
    query.add_argument("--limit", type=_whole, metavar="N", help="не больше N записей; без него — все")
    clashes = commands.add_parser("clashes", help="вывести пересечения земляных работ: с чем, где, сколько дней")
    clashes.add_argument("id", nargs="?", default="", metavar="ID", help="один ордер: id или номер; без него — все")


def _writing(commands: "Commands[Parser]") -> None:
    new = commands.add_parser("new", help="создать запись")
    edit = commands.add_parser("edit", help="изменить запись")
    move = commands.add_parser("move", help="перевести запись в другой статус")
    for one in (new, edit, move):
        _module(one)
    for one in (edit, move):
        one.add_argument("id", metavar="ID", help="запись: её id или номер")
    move.add_argument("status", metavar="СТАТУС", help="код или название статуса")
    for one in (new, edit, move):
        one.add_argument(
            "values", nargs="*", metavar="ПОЛЕ=ЗНАЧЕНИЕ", help="код или название поля; пустое стирает поле"
        )


def _unsent(commands: "Commands[Parser]") -> None:
    outbox = commands.add_parser("outbox", help="вывести правки, которых ещё нет на сервере")
    outbox.add_argument("--aside", action="store_true", help="только те, что требуют решения")
    resolve = commands.add_parser("resolve", help="решить конфликт или отклонённую правку")
    resolve.add_argument("op", metavar="ПРАВКА", help="её имя (op) или начало имени")
    resolve.add_argument("side", choices=("mine", "theirs"), metavar="mine|theirs", help="своя правка или серверное")
    resolve.add_argument("values", nargs="*", metavar="ПОЛЕ=ЗНАЧЕНИЕ", help="что сделать иначе")
    retry = commands.add_parser("retry", help="предложить серверу отклонённые правки ещё раз")
    retry.add_argument("ops", nargs="+", metavar="ПРАВКА", help="имя (op) или начало имени")


def _exchange(commands: "Commands[Parser]") -> None:
    load = commands.add_parser("import", help="загрузить записи из файла")
    _module(load)
    load.add_argument("file", type=Path, metavar="ФАЙЛ", help="CSV, XLSX, GeoJSON или GeoPackage")
    load.add_argument("--map", type=Path, metavar="M.toml", help="какой столбец в какое поле")
    load.add_argument("--crs", default="", metavar="СК", help="система координат файла, если в нём её нет")
    load.add_argument("--encoding", default="", metavar="КОДИРОВКА", help="кодировка файла, например cp1251")
    save = commands.add_parser("export", help="выгрузить записи раздела в файл")
    _module(save)
    save.add_argument("file", type=Path, metavar="ФАЙЛ", help="вид — по окончанию: .csv .xlsx .geojson .gpkg .wzdx")
    basemap = commands.add_parser("import-basemap", help="загрузить карту города")
    basemap.add_argument("files", nargs="+", type=Path, metavar="ФАЙЛ", help="файлы карты: OSM, ГИС города или тайлы")
    basemap.add_argument("--attribution", default="", metavar="ТЕКСТ", help="чьи данные: подпись на карте и в печати")
    basemap.add_argument("--steps", action="store_true", help="говорить о ходе работы по строке на шаг")
    guest = commands.add_parser("read-map-file", help="разобрать файл для временного слоя карты (её зовёт окно)")
    guest.add_argument("file", type=Path, metavar="ФАЙЛ", help="файл ГИС")
    guest.add_argument("folder", type=Path, metavar="ПАПКА", help="куда положить разобранное")
    guest.add_argument("--crs", default="", metavar="СК", help="система координат файла, если в нём её нет")
    guest.add_argument("--swap", action="store_true", help="широта и долгота переставлены")


def _service(commands: "Commands[Parser]") -> None:
    sync = commands.add_parser("sync", help="один обмен с сервером")
    sync.add_argument(
        "--accept-server",
        action="store_true",
        help="решение администратора: сервер верен, хотя он очищен, восстановлен из старой копии или установлен заново",
    )
    commands.add_parser("doctor", help="проверить это рабочее место")
    commands.add_parser("failpoints", help="точки, в которых испытания обрывают программу")
    central = commands.add_parser("central", help="центральный сервер: запустить или управлять им")
    _database(central, "embedded")
    central.add_argument("--host", default="127.0.0.1", metavar="АДРЕС", help="адрес, который слушать")
    central.add_argument("--port", type=_whole, default=8000, metavar="ПОРТ", help="порт; 0 — любой свободный")
    central.add_argument("--training-city", action="store_true", help="загрузить учебный город в пустую базу")
    acts = central.add_subparsers(dest="act", title="Действия", metavar="ДЕЙСТВИЕ", prog="main.py central")
    user = acts.add_parser("user", help="создать или изменить пользователя; пароль в CITYMANAGER_PASSWORD")
    user.add_argument("name", metavar="ИМЯ")
    user.add_argument("--role", required=True, metavar="РОЛЬ", help="код или название роли")
    user.add_argument("--organisation", default="", metavar="ID", help="организация исполнителя")
    backup = acts.add_parser("backup", help="сохранить базу в файл")
    restore = acts.add_parser("restore", help="восстановить базу из файла")
    upgrade = acts.add_parser("upgrade", help="привести базу к этой версии программы")
    for one in (backup, restore):
        one.add_argument("file", type=Path, metavar="ФАЙЛ")
    purge = acts.add_parser("purge", help="убрать следы записей, удалённых до указанного дня, и старые ответы")
    purge.add_argument("--before", type=_day, required=True, metavar="ГГГГ-ММ-ДД", help="день, с которого всё остаётся")
    bundles = acts.add_parser("bundles", help="подготовить первые загрузки: целые разделы для новых рабочих мест")
    bundles.add_argument("--fewest", type=_whole, metavar="ЧИСЛО", help="записей в разделе, с которых это делается")
    for one in (user, backup, restore, upgrade, purge, bundles):
        _database(one, argparse.SUPPRESS)


def _picture(commands: "Commands[Parser]") -> None:
    shot = commands.add_parser("shot", help="снять окно в файл PNG")
    shot.add_argument("file", type=Path, metavar="ФАЙЛ.png")
    shot.add_argument(
        "--view", default="desk", metavar="ВИД", help="desk — рабочее место, wall — экран, или код раздела"
    )
    shot.add_argument("--size", type=_size, default=(1920, 1080), metavar="ШхВ", help="размер окна: 1920x1080")


def _module(parser: Parser) -> None:
    parser.add_argument("module", metavar="РАЗДЕЛ", help="код или название раздела")


def _database(parser: Parser, default: str) -> None:
    parser.add_argument("--database", default=default, metavar="БАЗА", help="embedded или адрес PostgreSQL")


def _folder(text: str) -> Path:
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("укажите папку")
    return Path(text).expanduser()


def _server(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"«{text}» не похоже на адрес сервера, нужен вид https://имя")
    return text.rstrip("/")


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"«{text}» не целое неотрицательное число")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{text}»: нужен день вида 2026-09-01") from None


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{3,5})[xх](\d{3,5})", text.lower(), re.ASCII)
    width, height = map(int, found.groups()) if found else (0, 0)
    if not (320 <= width <= 16_384 and 200 <= height <= 16_384):
        raise argparse.ArgumentTypeError(f"«{text}»: нужен размер вида 1920x1080, не меньше 320x200")
    return width, height


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{text}»: нужны четыре числа З,Ю,В,С") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise argparse.ArgumentTypeError(
            f"«{text}»: запад должен быть меньше востока, юг меньше севера, всё в градусах"
        )
    return west, south, east, north
