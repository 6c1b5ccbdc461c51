"""One answer for many: a reply for each, filled for it, once; what is wanting is told; a stop keeps what is made."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from throwaway import NOW

from citymanager.answer_many import HEAP, Addressed, Outcome, Request, addressed, prepare, reply_to
from citymanager.errors import Refused
from citymanager.kindred import AUTHOR
from citymanager.modules import MODULES
from citymanager.norms import Norms
from citymanager.roles import role
from citymanager.store import Profile, Query, Writer
from citymanager.values import moment
from citymanager.work import Stopped

NORMS = Norms({})
TEXT = "Сообщение № {number}: работы по адресу {address} окончены."


@pytest.fixture
def writer(profile: Profile) -> Iterator[Writer]:
    made = profile.writer(MODULES, patience=0)
    yield made
    made.close()


def put(writer: Writer, rows: dict[str, dict[str, Any]]) -> None:
    changes = [{"module": "reports", "id": ident, "version": 1, "data": data, "by": "p", "at": moment(NOW),
                "deleted": False} for ident, data in rows.items()]  # fmt: skip
    writer.absorb(changes, NOW, {})


def reports(count: int) -> dict[str, dict[str, Any]]:
    common = {"text": "Нет воды", "status": "solved", "channel": "email", "author_email": "a@b.ru"}
    return {f"r{at}": {**common, "number": f"К1-{at:04}", "address": f"улица Мира, {at}"} for at in range(count)}


def found(writer: Writer) -> list[Addressed]:
    report = writer.get("reports", "r0")
    assert report is not None
    return addressed(writer, report, AUTHOR, NORMS, NOW, outages=True)


def answer(
    writer: Writer,
    text: str,
    at: Callable[[int, int], None] = lambda *_: None,
    *,
    so_far: Outcome | None = None,
    who: str = "operator",
) -> Outcome:
    asked = Request(found(writer), text, "ivanova", role(who), NOW)
    return prepare(asked, lambda act: act(writer), at, so_far or Outcome())


def replies(writer: Writer) -> list[Any]:
    return list(writer.each(Query("replies")))


def test_each_report_gets_a_reply_of_its_own_that_waits_for_sending(writer: Writer) -> None:
    put(writer, reports(120))
    told: list[tuple[int, int]] = []
    made = answer(writer, TEXT, lambda *step: told.append(step))
    assert found(writer)[0].record.id == "r0" and len(made.prepared) == len(replies(writer)) == 120
    assert told == [(0, 120), (HEAP, 120), (2 * HEAP, 120), (120, 120)]
    by_report = {one.data["report"]: one.data for one in replies(writer)}
    assert by_report["r7"]["text"] == "Сообщение № К1-0007: работы по адресу улица Мира, 7 окончены."
    assert {one["status"] for one in by_report.values()} == {"to_send"}
    assert (by_report["r7"]["channel"], by_report["r7"]["recipient"], by_report["r7"]["prepared_by"]) == (
        "email", "a@b.ru", "ivanova")  # fmt: skip
    assert made.told() == "Подготовлено: 120 ответов, они ждут отправки."


def test_pressed_twice_there_is_no_second_reply_and_another_text_is_another_one(writer: Writer) -> None:
    put(writer, reports(3))
    for text, whole in ((TEXT, 3), (TEXT, 3), ("Спасибо!", 6)):
        made = answer(writer, text)
        assert len(replies(writer)) == whole
    again = answer(writer, TEXT)
    assert (again.there, again.prepared) == (3, []) and made.there == 0
    assert again.told() == "Новых ответов нет. Такой ответ уже был: 3."


def test_stopped_in_the_middle_it_keeps_what_it_made_and_goes_on_from_there(writer: Writer) -> None:
    put(writer, reports(120))

    def at(done: int, total: int) -> None:
        if done == HEAP:
            raise Stopped("Остановлено.")

    so_far = Outcome()
    with pytest.raises(Stopped):
        answer(writer, TEXT, at, so_far=so_far)
    assert len(so_far.prepared) == len(replies(writer)) == HEAP
    rest = answer(writer, TEXT)
    assert (rest.there, len(rest.prepared), len(replies(writer))) == (HEAP, 120 - HEAP, 120)


def test_a_report_without_what_the_text_needs_gets_none_and_is_named(writer: Writer) -> None:
    rows = reports(3)
    del rows["r1"]["address"]
    put(writer, rows)
    made = answer(writer, TEXT)
    assert len(made.prepared) == 2 and made.refused == ["К1-0001: нет данных — адрес"]
    assert "Не подготовлено: 1 (К1-0001: нет данных — адрес)." in made.told()
    with pytest.raises(Refused, match="author_phone"):
        reply_to(found(writer)[0], "{author_phone}", "ivanova", NOW)


def test_who_may_make_no_replies_makes_none(writer: Writer) -> None:
    put(writer, reports(2))
    made = answer(writer, TEXT, who="head")
    assert not replies(writer) and len(made.refused) == 2 and "Глава" in made.refused[0]
