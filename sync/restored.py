"""A server that came back with less than this station holds: nothing is let go of before a person has said so."""

from citymanager.errors import Refused
from sync.client import Client
from sync.pull import ground
from sync.surroundings import Surroundings

MOST = 100
"""Records that a restored server may lack and that are then asked about one by one; more are one question."""


HOW_TO_ACCEPT = (
    "Если сервер верен таким, какой он есть, он закрывает здесь окно и выполняет команду\n"
    "main.py sync --accept-server\nНеотправленное уйдёт на этот сервер, прежняя база останется копией в папке профиля."
)
"""What an administrator does to work on with another server, or with one that has lost a lot."""


class Emptied(Refused):
    """The server has lost more than a person can look through: an administrator decides what holds."""


def judge_loss(client: Client, around: Surroundings) -> None:
    """Raise Emptied if a server with a new feed lacks more records than can be asked about one by one.

    Called when everything that this station had sent it before has been offered to it again.
    """
    answer = client.digest()
    around.write(ground).check(answer)
    here = around.write(lambda writer: writer.server.held())
    there = {key: one["count"] for key, one in answer["modules"].items() if isinstance(one.get("count"), int)}
    lost = sum(max(0, here.get(key, 0) - count) for key, count in there.items())
    if lost > MOST:
        raise Emptied(
            f"Базу сервера {client.address} восстановили из старой копии или очистили: на нём нет {lost} из"
            f" {sum(here.values())} записей этого рабочего места. Обмен остановлен, здесь ничего не удалено. Решает"
            " администратор. Если есть более новая резервная копия, он восстанавливает её на сервере (central restore)."
            f" {HOW_TO_ACCEPT}"
        )
