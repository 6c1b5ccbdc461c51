"""The peer of the queue's measures, run as a process of its own: QSqlTableModel with a QSortFilterProxyModel."""

import json
import sys
import time
from collections.abc import Callable

from PySide6 import __version__
from PySide6.QtCore import QEvent, QObject, QSortFilterProxyModel, Qt
from PySide6.QtSql import QSqlDatabase, QSqlQuery, QSqlTableModel
from PySide6.QtWidgets import QApplication, QTableView

from bench.rows import Times

COLUMNS = ("number", "received", "status", "category", "address", "text", "executor", "channel")
RUNS = 3


class Paints(QObject):
    """Counts the paints of a view."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


def main() -> None:
    copy, word, status = sys.argv[1:]
    app = QApplication([])
    database = QSqlDatabase.addDatabase("QSQLITE")
    database.setDatabaseName(copy)
    assert database.open()
    QSqlQuery(f"CREATE TABLE peer AS SELECT {', '.join(COLUMNS)} FROM reports", database)
    QSqlQuery("CREATE INDEX peer_received ON peer (received)", database)
    model = QSqlTableModel(db=database)
    model.setTable("peer")
    model.setSort(COLUMNS.index("received"), Qt.SortOrder.DescendingOrder)
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(model)
    view, paints = QTableView(), Paints()
    view.setModel(proxy)
    view.viewport().installEventFilter(paints)
    view.resize(1600, 1000)
    view.show()

    def painted(act: Callable[[], object]) -> float:
        begun, before = time.perf_counter(), paints.count
        act()
        view.viewport().update()
        while paints.count == before:
            app.processEvents()
        app.processEvents()
        return (time.perf_counter() - begun) * 1000

    def matching(column: str, text: str) -> None:
        proxy.setFilterKeyColumn(COLUMNS.index(column))
        proxy.setFilterFixedString(text)

    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    found = {"first page": [painted(model.select) for _ in range(RUNS)]}
    while model.canFetchMore():  # the proxy sorts and filters what it has
        model.fetchMore()
    address, received = COLUMNS.index("address"), COLUMNS.index("received")
    found |= {"re-sort": [], "filter": [], "text search": []}
    for _ in range(RUNS):
        found["re-sort"].append(painted(lambda: proxy.sort(address)))
        painted(lambda: proxy.sort(received, Qt.SortOrder.DescendingOrder))
        found["filter"].append(painted(lambda: matching("status", status)))
        found["text search"].append(painted(lambda: matching("text", word)))
        painted(lambda: matching("text", ""))
    peer = {"name": "QSqlTableModel with a QSortFilterProxyModel", "version": __version__}
    sys.stdout.write(json.dumps({act: {**peer, "median_ms": Times(runs).median} for act, runs in found.items()}))


if __name__ == "__main__":
    main()
