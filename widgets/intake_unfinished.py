"""New cards that were begun and not saved, in plain sight over the table: to be gone on with, or thrown away."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from citymanager.schema import Module
from citymanager.text import plural
from citymanager.values import CITY_ZONE
from widgets.plain import ElidedLabel, one_line, plain_label
from widgets.record_drafts import Draft, Drafts, Unfinished
from widgets.theme import set_role

MOST = 3
"""Cards that are shown at once."""


class UnfinishedCards(QFrame):
    """One line for each unfinished new card of this person. `resumed` carries the id that its draft waits under."""

    resumed = Signal(str)

    def __init__(self, module: Module, drafts: Drafts, clock: Callable[[], datetime]) -> None:
        super().__init__()
        set_role(self, "offer")
        self._module, self._drafts, self._clock = module, drafts, clock
        self._dropped: tuple[str, str, Draft] | None = None
        """Login, id and content of the card that was thrown away last."""
        self._labels: list[ElidedLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 4, 8, 4)
        self._column.setSpacing(0)
        self.hide()

    @property
    def told(self) -> list[str]:
        """What stands in the lines, top down."""
        return [label.whole for label in self._labels] if not self.isHidden() else []

    def buttons(self, title: str) -> list[QPushButton]:
        """The buttons of the lines that say this, top down."""
        lines = [label.parentWidget() for label in self._labels]
        return [one for line in lines if line for one in line.findChildren(QPushButton) if one.text() == title]

    def show_cards(self, login: str, *, but: str | None = None) -> None:
        """Show the cards of this person, without the one that stands open (`but`)."""
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._labels = []
        cards = [one for one in self._drafts.unfinished(login) if one.ident != but]
        for one in cards[:MOST]:
            resume, drop = partial(self._resume, one.ident), partial(self._drop, login, one, but)
            self._add(self._words(one), {"Продолжить": resume, "Удалить": drop})
        if len(cards) > MOST:
            more = plural(
                len(cards) - MOST, "незаконченная карточка", "незаконченные карточки", "незаконченных карточек"
            )
            self._column.addWidget(plain_label(f"и ещё {more}", "caption"))
        if self._dropped is not None and self._dropped[0] == login:
            self._add("Незаконченная карточка удалена.", {"Вернуть": partial(self._bring_back, but)})
        self.setVisible(self._column.count() > 0)

    def _words(self, card: Unfinished) -> str:
        at, now = card.at.astimezone(CITY_ZONE), self._clock().astimezone(CITY_ZONE)
        when = f"{at:%H:%M}" if at.date() == now.date() else f"{at:%d.%m.%Y %H:%M}"
        typed = [
            state for key in self._module.columns if isinstance(state := card.draft.get(key), str) and state.strip()
        ]
        return f"Незаконченная карточка от {when}" + (f": {one_line(' · '.join(typed), 120)}" if typed else "")

    def _resume(self, ident: str) -> None:
        self._dropped = None
        self.resumed.emit(ident)

    def _drop(self, login: str, card: Unfinished, but: str | None) -> None:
        self._dropped = login, card.ident, card.draft
        self._drafts.put(login, card.ident, {})
        self.show_cards(login, but=but)

    def _bring_back(self, but: str | None) -> None:
        if self._dropped is not None:
            login, ident, draft = self._dropped
            self._dropped = None
            self._drafts.put(login, ident, draft)
            self.show_cards(login, but=but)

    def _add(self, words: str, acts: Mapping[str, Callable[[], None]]) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        label = ElidedLabel(least=120)
        label.show_text(words)
        self._labels.append(label)
        row.addWidget(label, 1)
        for title, act in acts.items():
            button = QPushButton(title)
            set_role(button, "quiet")
            button.setAccessibleName(f"{title}: {words}")
            button.clicked.connect(lambda _=False, act=act: act())
            row.addWidget(button)
        self._column.addWidget(line)
