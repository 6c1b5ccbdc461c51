"""Points where a process may die: named in the code, so that a test can end it at each of them and see what is left."""

import os
from collections.abc import Callable, Mapping
from itertools import count

from citymanager.errors import Refused

VARIABLE = "CITYMANAGER_FAILPOINT"
"""`name`, or `name:3` for the third time that the point is passed: the process ends there as by kill -9."""
KILLED = 137
"""The exit code of a process that was ended at a point: the shell's word for kill -9."""

POINTS: Mapping[str, str] = {
    # the cache: edits and the journal of operations
    "edit.made": "Правка проверена и внесена в открытую транзакцию; журнала операций она ещё не касалась.",
    "journal.appended": "Строки дописаны в журнал операций, но ещё не на диске.",
    "edit.journalled": "Правка на диске в журнале операций; транзакция базы ещё не завершена.",
    "edit.committed": "Правка на диске в базе и в журнале; об этом ещё никому не сказано.",
    "edit.undone": "Правка отменена в базе; журнал операций ещё не возвращён к прежнему концу.",
    "journal.done": "В журнал записано, что с операциями покончено; сам он ещё не сокращён.",
    "journal.trimming": "Сокращённый журнал на диске рядом с прежним и ещё не занял его место.",
    "journal.trimmed": "Сокращённый журнал занял место прежнего.",
    "resolve.closed": "Отложенная правка закрыта в открытой транзакции; решение ещё не стало новой правкой.",
    "resolve.committed": "Решение на диске; в журнале операций прежняя правка ещё не отмечена.",
    "retry.renamed": "Отложенные правки получили новые имена в открытой транзакции.",
    "retry.committed": "Правки с новыми именами на диске; в журнале прежние имена ещё не отмечены.",
    "spool.added": "Строка журнала доступа на диске у программы без права записи; базы она ещё не касалась.",
    "spool.taken": "Строки журнала доступа уже в базе; файл, из которого они взяты, ещё цел.",
    "spool.emptied": "Файл со строками журнала доступа удалён после того, как они взяты.",
    # the cache: what the server says
    "settle.taken": "Ответы сервера внесены в открытую транзакцию.",
    "settle.committed": "Ответы сервера на диске; в журнале операций принятое ещё не отмечено.",
    "failed.counted": "Неудача сервера засчитана правке; транзакция завершена.",
    "absorb.rows": "Строки изменений внесены в открытую транзакцию; место в ленте ещё прежнее.",
    "absorb.cursor": "Строки и новое место в ленте внесены; транзакция ещё не завершена.",
    "absorb.committed": "Строки и место в ленте на диске; окну об этом ещё не сказано.",
    "load.lightened": "С пустой таблицы сняты индексы в открытой транзакции первой загрузки.",
    "load.rows": "Страница первой загрузки внесена в открытую транзакцию; её место ещё не записано.",
    "load.committed": "Страница первой загрузки и её место записаны.",
    "furnish.made": "Индекс построен в открытой транзакции.",
    "again.prepended": "Принятые прежней лентой правки снова в очереди; транзакция ещё не завершена.",
    "again.committed": "Принятые прежней лентой правки снова в очереди; загрузка заново ещё не назначена.",
    # the cache: its shape, damage, the profile's files
    "migrate.step": "Сделан один шаг обновления таблиц; транзакция ещё не завершена.",
    "shape.renamed": "Таблица раздела отставлена под прежним видом; новая ещё не создана.",
    "shape.rewritten": "Записи переложены в новую таблицу раздела; прежняя ещё не удалена.",
    "prepare.committed": "Таблицы приведены к виду этой программы.",
    "aside.moved": "Один из файлов повреждённой базы отложен; остальные ещё на месте.",
    "aside.whole": "Повреждённая база отложена целиком; новой ещё нет.",
    "salvage.found": "Неотправленные правки найдены для новой базы; ни одна ещё не внесена.",
    "salvage.adopting": "Часть найденных правок внесена в новую базу в открытой транзакции.",
    "salvage.committed": "Все найденные правки на диске в новой базе.",
    "settings.written": "Новый файл настроек на диске рядом с прежним и ещё не занял его место.",
    "settings.replaced": "Новый файл настроек занял место прежнего.",
    "logins.written": "Новый файл входов на диске рядом с прежним и ещё не занял его место.",
    "draft.written": "Новый черновик на диске рядом с прежним и ещё не занял его место.",
    "draft.replaced": "Новый черновик занял место прежнего.",
    # commands
    "command.saved": "Правка команды на диске; строка с её именем ещё не выведена.",
    "import.saved": "Порция строк файла на диске; об отказах в ней ещё не сказано.",
    "export.written": "Файл выгрузки написан рядом; журнала доступа и своего места он ещё не достиг.",
    "export.journalled": "Выгрузка записана в журнал доступа; файл ещё не на своём месте.",
    "basemap.written": "Новая карта города на диске рядом с прежней и ещё не заняла её место.",
    # the round of sync
    "login.answered": "Сервер впустил человека; рабочее место этого ещё не записало.",
    "login.remembered": "Рабочее место записало человека; его ключ ещё не сохранён.",
    "admit.adopted": "Правки, сделанные до первого входа, получили автора; номерной блок ещё не записан.",
    "push.ready": "Правки отобраны для отправки; запрос ещё не ушёл.",
    "push.answered": "Сервер ответил на правки; ответ ещё не записан.",
    "push.settled": "Ответ сервера на правки записан; окну об этом ещё не сказано.",
    "pull.answered": "Страница изменений получена; в базу она ещё не попала.",
    "load.answered": "Страница первой загрузки получена; в базу она ещё не попала.",
    "load.done": "Раздел загружен целиком и с индексами; изменения с тех пор ещё впереди.",
    "sight.changed": "Права изменились, загрузка заново назначена; записи, которых больше не видно, ещё не скрыты.",
    "verify.marked": "Расхождение с сервером найдено и записано; загрузка заново ещё не началась.",
    # the central server
    "central.login": "Новый ключ входа записан; ответ ещё не отправлен.",
    "central.asked": "Правки получены и разобраны; лента ещё не заперта.",
    "central.locked": "Лента заперта; правки ещё не взвешены.",
    "central.written": "Записи изменены в открытой транзакции; ответы ещё не запомнены.",
    "central.remembered": "Ответы запомнены; транзакция ещё не завершена.",
    "central.committed": "Правки и ответы на диске сервера; ответ рабочему месту ещё не отправлен.",
    "central.piece": "Часть файла внесена в открытую транзакцию.",
    "central.file": "Файл записан на сервере; ответ ещё не отправлен.",
    "central.user": "Пользователь создан или изменён; его роль ещё не записана.",
    "central.migrated": "Таблицы сервера обновлены; индексы, пределы и нормы ещё впереди.",
    "central.seeded": "Новые нормы внесены в открытую транзакцию.",
    "central.training": "Часть учебного города внесена в открытую транзакцию.",
    "central.dumped": "Резервная копия написана рядом и ещё не заняла своё место.",
    "central.saved": "Резервная копия на своём месте; её время в базе ещё не записано.",
    "central.unpacked": "Резервная копия распакована; база ещё не тронута.",
    "central.restored": "База восстановлена под новой лентой; к этой версии она ещё не приведена.",
    "central.initialised": "Данные PostgreSQL созданы рядом и ещё не заняли своё место.",
    "central.postgres": "PostgreSQL отвечает; центральный сервер им ещё не пользовался.",
}
"""Name → what has just happened there. It stands in the code as `fp("name")`."""


def fuse(told: str) -> Callable[[str], None]:
    """What is done at every point: nothing, or the end at the one that is told. Raises Refused for one there is not."""
    if not told:
        return _pass
    wanted, colon, number = told.partition(":")
    turn = number if colon else "1"
    if wanted not in POINTS or not (turn.isascii() and turn.isdigit()):
        raise Refused(f"Точки «{told}» из {VARIABLE} нет: все точки выводит «main.py failpoints».")
    turns = count(1)

    def blow(name: str) -> None:
        if name == wanted and next(turns) == int(turn):
            os._exit(KILLED)  # nothing is flushed, closed or undone

    return blow


def _pass(name: str) -> None:
    """The life of everybody but the tests."""


fp = fuse(os.environ.get(VARIABLE, ""))
"""Stands where a process may die; its name must be among `POINTS`."""
