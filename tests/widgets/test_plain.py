"""No text of a resident becomes markup: every label is plain, every tooltip is escaped."""

import ast
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import widgets
from widgets.plain import LONGEST_TIP, ElidedLabel, one_line, plain_label, tip

FILES = sorted(Path(widgets.__file__).parent.rglob("*.py"))


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") == name or getattr(node.func, "attr", "") == name)
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_label_says_that_it_is_plain(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        labels = calls(function, "QLabel")
        assert len(calls(function, "setTextFormat")) >= len(labels), f"{file.name}: {function.name}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_file_makes_rich_text(file):
    text = file.read_text(encoding="utf-8")
    for word in ("setHtml", "RichText", "insertHtml", "MarkdownText", "AutoText"):
        assert word not in text, file.name
    for call in calls(ast.parse(text), "QMessageBox"):
        pytest.fail(f"{file.name}: a modal box at line {call.lineno}")


def test_a_tooltip_shows_markup_as_it_is_written():
    assert "&lt;img src=x&gt;" in tip("<img src=x>")
    assert tip("") == ""
    assert len(tip("я" * 10_000)) < LONGEST_TIP + 100


def test_a_label_does_not_grow_by_a_picture(qtbot):
    plain, same = plain_label("<img src='/usr/share/x.png' width=900>"), plain_label("<b>а</b>")
    qtbot.addWidget(plain)
    qtbot.addWidget(same)
    assert plain.sizeHint().height() == same.sizeHint().height()


def test_a_cell_is_one_line():
    assert one_line("а\n\tб   в") == "а б в"
    assert one_line("я" * 10_000) == "я" * 199 + "…"


def test_a_line_without_room_ends_with_an_ellipsis(qtbot, appearance):
    label = ElidedLabel(least=50)
    qtbot.addWidget(label)
    label.show_text("Очень длинный заголовок карточки, которому не хватает места")
    label.resize(120, 20)
    label.show()
    QApplication.processEvents()
    assert label.text().endswith("…")
    assert label.minimumSizeHint().width() == 50
    assert "места" in label.toolTip()
