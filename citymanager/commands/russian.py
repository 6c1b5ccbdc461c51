"""An argparse that speaks Russian: its own few sentences are translated here, and abbreviations are not guessed."""

import argparse
import re
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"expected one argument", "нужно значение"),
    (r"expected at most one argument", "нужно не больше одного значения"),
    (r"expected at least one argument", "нужно хотя бы одно значение"),
    (r"expected (\d+) arguments?", r"число значений должно быть {0}"),
    (r"ignored explicit argument (.+)", "этот параметр не принимает значения: {0}"),
    (r"invalid choice: (.+?) \(choose from (.+)\)", "неизвестное слово {0}, возможны: {1}"),
    (r"not allowed with argument (.+)", "нельзя указать вместе с параметром {0}"),
    (r"the following arguments are required: (.+)", "не хватает: {0}"),
    (r"unrecognized arguments: (.+)", "лишнее или неизвестное: {0}"),
)
ADVICE = "посмотрите, как пишется команда: {prog} --help."


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "Использование: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose help and errors are Russian; a wrong command line exits 2."""

    def __init__(self, **kwargs: Any) -> None:
        help_wanted = kwargs.pop("add_help", True)
        super().__init__(**{"formatter_class": _Formatter, "allow_abbrev": False, **kwargs, "add_help": False})
        self._positionals.title, self._optionals.title = "Что указать", "Параметры"
        if help_wanted:
            self.add_argument("-h", "--help", action="help", help="показать эту справку")

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"Ошибка: {sentence(message)}. Что сделать: {ADVICE.format(prog=self.prog)}\n")
        self.exit(2)


def sentence(message: str) -> str:
    """What argparse says, in Russian; our own messages pass as they are."""
    found = re.fullmatch(r"argument (.+?): (.+)", message, re.DOTALL)
    if found:
        return f"{found.group(1)}: {sentence(found.group(2))}"
    return next(_translations(message.removesuffix(".")), message.removesuffix("."))


def _translations(message: str) -> Iterator[str]:
    for english, russian in _SENTENCES:
        if found := re.fullmatch(english, message, re.DOTALL):
            yield russian.format(*found.groups())
