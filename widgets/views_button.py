"""The button over a table with its views: show one, save what is shown, rename, delete, begin with, offer to all."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from citymanager.errors import ReadOnly
from citymanager.schema import Module
from widgets.plain import tip
from widgets.theme import set_role
from widgets.views import ALL, OWN, Views, shipped
from widgets.views_kept import View
from widgets.views_name import NameSheet
from widgets.views_offered import Shared
from widgets.views_roles import RolesSheet
from widgets.views_shared import SharedViews

KEYS = tuple(f"Alt+{number}" for number in range(1, 10))
"""Of the first saved views in the menu's order, one's own before those of all; Ctrl with a digit goes to a panel."""


class ViewsButton(QPushButton):
    """`wanted` carries the `View` that is to be shown, `told` what there is to say of an act, and its level."""

    wanted = Signal(object)
    told = Signal(str, str)

    def __init__(
        self,
        module: Module,
        views: Views,
        shared: SharedViews,
        login: Callable[[], str],
        shown: Callable[[str], View],
        own: Callable[[], bool],
    ) -> None:
        """`shown`: the table as it stands, under a name. `own`: whether «Мои» means anything to who sits here."""
        super().__init__("Виды")
        self._module, self._views, self._login, self._shown, self._own = module, views, login, shown, own
        self.shared = shared
        shared.told.connect(self.told)
        self.setToolTip("Сохранённые виды таблицы: отбор, сортировка и столбцы под именем")
        set_role(self, "menu")
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)

    def fill(self) -> None:
        """The menu as the views are now."""
        menu, saved = self.menu(), self._views.saved(self._login())
        own = [one for one in shipped(self._module) if one.name != OWN or self._own()]
        menu.clear()
        for view in own:
            menu.addAction(_plain(view.name)).triggered.connect(partial(self._want, view))
        menu.addSeparator()
        for place, view in enumerate(saved):
            menu.addAction(_keyed(view.name, place)).triggered.connect(partial(self._want, view))
        self._add_shared(menu, len(saved))
        menu.addSeparator()
        menu.addAction("Сохранить вид…").triggered.connect(lambda: self.ask_name(self._keep))
        self._add_first(menu, [*own, *saved])
        for title, do in (("Переименовать", self._ask_new_name), ("Удалить", self._drop)):
            _choose(menu, title, [(view.name, partial(do, view.name)) for view in saved])
        self._add_acts_on_shared(menu, saved)

    def _add_shared(self, menu: QMenu, before: int) -> None:
        """Those of all, under their heading; `before`: so many of one's own have the first keys."""
        if not self.shared.now:
            return
        menu.addSeparator()
        menu.addAction("Общие").setEnabled(False)
        for place, one in enumerate(self.shared.now, before):
            act = menu.addAction(_keyed(one.line, place))
            act.setToolTip(tip(one.note))
            act.triggered.connect(partial(self._want_shared, one))

    def _add_first(self, menu: QMenu, views: Sequence[View]) -> None:
        first, chosen = menu.addMenu("Открывать таблицу с видом"), self._views.first(self._login())
        named: list[tuple[str | None, str]] = [(one.name, one.name) for one in views]
        for name, title in [(None, self.shared.of_role_told), (ALL.name, "Все записи"), *named]:
            act = first.addAction(_plain(title))
            act.setCheckable(True)
            act.setChecked(name == (chosen.name if chosen else None))
            act.triggered.connect(partial(self._begin_with, name))

    def _add_acts_on_shared(self, menu: QMenu, saved: Sequence[View]) -> None:
        shared, own = self.shared, self.shared.own
        menu.addSeparator()
        offered = saved if shared.offering else []
        _choose(menu, "Предложить всем", [(one.name, partial(self._offer, one)) for one in offered])
        if shared.setting and shared.now:
            _choose(menu, "Начинать с общего: роли", [(one.line, partial(self._ask_roles, one)) for one in shared.now])
        if own:
            _choose(menu, "Переименовать общий", [(one.told, partial(self._rename_shared, one)) for one in own])
            _choose(menu, "Отозвать общий", [(one.told, partial(self._withdraw, one)) for one in own])

    def show_nth(self, place: int) -> None:
        """Show the saved view that has this place in the menu, from 0 on."""
        saved, shared = self._views.saved(self._login()), self.shared.now
        if place < len(saved):
            self._want(saved[place])
        elif place < len(saved) + len(shared):
            self._want_shared(shared[place - len(saved)])
        else:
            self.told.emit(f"Сохранённого вида с номером {place + 1} в этой таблице нет: см. кнопку «Виды».", "info")

    def ask_name(self, done: Callable[[str], None], name: str = "") -> NameSheet:
        """Ask for a view's name."""
        taken = {one.name for one in shipped(self._module)}
        sheet = NameSheet(name, taken, self)
        sheet.named.connect(done)
        sheet.open_below(self)
        return sheet

    def _want(self, view: View, _checked: bool = False) -> None:
        self.wanted.emit(view)

    def _want_shared(self, shared: Shared, _checked: bool = False) -> None:
        self.wanted.emit(shared.view)
        if shared.warning:
            self.told.emit(shared.warning, "warning")

    def _offer(self, view: View, _checked: bool = False) -> None:
        self.shared.offer(view)

    def _ask_roles(self, shared: Shared, _checked: bool = False) -> RolesSheet:
        others = {key: one.told for one in self.shared.now if one is not shared for key in one.begins}
        sheet = RolesSheet(shared.view.name, shared.begins, others, self)
        sheet.chosen.connect(partial(self.shared.begin_with, shared))
        sheet.open_below(self)
        return sheet

    def _rename_shared(self, shared: Shared, _checked: bool = False) -> None:
        self.ask_name(lambda name: self.shared.rename(shared, name), shared.view.name)

    def _withdraw(self, shared: Shared, _checked: bool = False) -> None:
        self.shared.withdraw(shared)

    def _keep(self, name: str) -> None:
        self._change(lambda login: self._views.keep(login, self._shown(name)))

    def _ask_new_name(self, old: str, _checked: bool = False) -> None:
        self.ask_name(lambda new: self._change(lambda login: self._views.rename(login, old, new)), old)

    def _drop(self, name: str, _checked: bool = False) -> None:
        self._change(lambda login: self._views.drop(login, name))

    def _begin_with(self, name: str | None, _checked: bool = False) -> None:
        self._change(lambda login: self._views.begin_with(login, name))

    def _change(self, act: Callable[[str], None]) -> None:
        try:
            act(self._login())
        except ReadOnly as error:
            self.told.emit(str(error), "error")


def _choose(menu: QMenu, title: str, acts: Sequence[tuple[str, Callable[[], object]]]) -> None:
    """A submenu of what an act can be done to; grey if there is nothing."""
    some = menu.addMenu(title)
    some.setEnabled(bool(acts))
    for name, act in acts:
        some.addAction(_plain(name)).triggered.connect(act)


def _plain(name: str) -> str:
    """A name in a menu: neither a mnemonic nor a key."""
    return " ".join(name.split()).replace("&", "&&")


def _keyed(name: str, place: int) -> str:
    """With the key of its place; the panel has the shortcut itself, so the menu only says it."""
    return f"{_plain(name)}\t{KEYS[place]}" if place < len(KEYS) else _plain(name)
