"""`python -m sync.central`: the server alone, as its services start it."""

import argparse
import os
from datetime import date
from pathlib import Path

from sync.central import command


def main() -> int:
    parser = argparse.ArgumentParser(prog="sync.central", description="Центральный сервер АРМ «Ситименеджер»")
    parser.add_argument("--profile", type=Path, default=Path(), help="папка профиля")
    database = os.environ.get("CITYMANAGER_DATABASE", "embedded")
    parser.add_argument("--database", default=database, help="embedded или адрес PostgreSQL")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="работать")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--training-city", action="store_true", help="загрузить учебный город в пустую базу")
    user = commands.add_parser("user", help="создать или изменить пользователя, пароль в CITYMANAGER_PASSWORD")
    user.add_argument("name")
    user.add_argument("--role", required=True)
    user.add_argument("--organisation", default="")
    commands.add_parser("upgrade", help="привести базу к этой версии программы")
    for name, text in (("backup", "сохранить базу в файл"), ("restore", "восстановить базу из файла")):
        commands.add_parser(name, help=text).add_argument("file", type=Path)
    purge = commands.add_parser("purge", help="убрать следы записей, удалённых до этого дня")
    purge.add_argument("--before", type=date.fromisoformat, required=True)
    bundles = commands.add_parser("bundles", help="подготовить первые загрузки")
    bundles.add_argument("--fewest", type=int, help="записей в разделе, с которых это нужно")
    given = parser.parse_args()
    place = (given.profile, given.database)
    if given.command == "serve":
        return command.serve(*place, given.host, given.port, given.training_city)
    if given.command == "user":
        password = os.environ.get("CITYMANAGER_PASSWORD", "")
        return command.user(*place, given.name, given.role, password, given.organisation)
    if given.command == "upgrade":
        return command.upgrade(*place)
    if given.command == "bundles":
        return command.bundles(*place, given.fewest)
    if given.command == "purge":
        return command.purge(*place, given.before)
    return (command.backup if given.command == "backup" else command.restore)(*place, given.file)


if __name__ == "__main__":
    raise SystemExit(main())
