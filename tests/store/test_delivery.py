"""A telephonogram is passed on: each addressee's receipt goes its steps, the telephonogram as far as the last one."""

from datetime import timedelta

import pytest
from throwaway import NOW

from citymanager.alarms import Judge
from citymanager.calendar import WorkCalendar
from citymanager.clocks import dues
from citymanager.delivery import Act, following, late, pass_on, receipt_id, why_not
from citymanager.errors import Refused
from citymanager.modules.receipts import RECEIPTS
from citymanager.modules.telephonograms import TELEPHONOGRAMS
from citymanager.norms import Norms
from citymanager.on_duty import Officer, answers_for, on_duty, self_at_desk
from citymanager.outage_end import end
from citymanager.outages import under_way
from citymanager.roles import role
from citymanager.store import Query, Record, Writer
from citymanager.values import moment
from citymanager.withdrawing import vain, withdraw

OPERATOR = role("operator")
SENDER = Officer("оператор", "Иванова А. П.", "2-11-12")
MINUTE = timedelta(minutes=1)


def telephonogram(writer: Writer, **more: object) -> str:
    values = {"text": "Воды нет.", "addressees": ["o1", "o2"], **more}
    return writer.save("telephonograms", None, values, "ivanova", OPERATOR, NOW).id


def take(writer: Writer, ident: str, target: str, *addressees: str, who: str = "operator", **more: object) -> list[str]:
    known = {str(one.data["addressee"]): one for one in receipts(writer, ident)}
    acts = [Act(one, known[one].id if one in known else "", target, "3-33", more) for one in addressees]
    return pass_on(writer, ident, acts, SENDER, "ivanova", role(who), NOW)


def receipts(writer: Writer, ident: str) -> list[Record]:
    return list(writer.each(Query("receipts", among={"telephonogram": (ident,)})))


def statuses(writer: Writer, ident: str) -> tuple[str, dict[str, str]]:
    found = writer.get("telephonograms", ident)
    return found.data["status"], {one.data["addressee"]: one.data["status"] for one in receipts(writer, ident)}


def test_the_telephonogram_comes_as_far_as_the_last_of_its_addressees(writer: Writer) -> None:
    ident = telephonogram(writer)
    assert take(writer, ident, "sent", "o1", "o2") == []
    assert statuses(writer, ident) == ("sent", {"o1": "sent", "o2": "sent"})
    assert writer.get("telephonograms", ident).data["sender_name"] == "Иванова А. П."
    take(writer, ident, "received", "o1", receiver_name="Петров")
    take(writer, ident, "unreached", "o2")
    assert statuses(writer, ident)[0] == "unreached"
    take(writer, ident, "unreached", "o2")
    take(writer, ident, "sent", "o2")
    assert statuses(writer, ident)[0] == "sent"
    take(writer, ident, "received", "o2", receiver_name="Сидоров", receiver_position="диспетчер")
    assert statuses(writer, ident) == ("received", {"o1": "received", "o2": "received"})
    assert writer.get("telephonograms", ident).data["receiver_name"] in ("Петров", "Сидоров")
    for target in ("read", "done"):
        take(writer, ident, target, "o1")
        assert statuses(writer, ident)[0] != target
        take(writer, ident, target, "o2")
        assert statuses(writer, ident)[0] == target
    data = writer.get("receipts", receipt_id(ident, "o2")).data
    assert (data["attempts"], data["sent_at"], data["phone"]) == (2, moment(NOW), "3-33")
    assert data["sender_position"] == "оператор" and data["read_at"] and data["done_at"]


def test_an_outage_that_goes_on_is_not_done_before_its_end(writer: Writer) -> None:
    outage = telephonogram(
        writer, type="emergency", resource=["cold_water"], place="улица Мира", began=moment(NOW - 60 * MINUTE),
        planned_end=moment(NOW + 60 * MINUTE),
    )  # fmt: skip
    take(writer, outage, "sent", "o1", "o2")
    take(writer, outage, "received", "o1", "o2", receiver_name="Петров")
    for target in ("read", "done"):
        assert take(writer, outage, target, "o1", "o2") == []
    assert statuses(writer, outage) == ("read", {"o1": "done", "o2": "done"})
    assert [one.id for one in under_way(writer, NOW)] == [outage], "who reports it still hears that it is known"
    later = NOW + 61 * MINUTE
    found = dues(TELEPHONOGRAMS, writer.get("telephonograms", outage).data, Norms({}), WorkCalendar(), later)
    assert {one.clock.key: one.state for one in found}["planned_end"] == "red", "and its planned end is an alarm"
    with pytest.raises(Refused, match="Отключение ещё не окончено"):
        writer.save("telephonograms", outage, {"status": "done"}, "ivanova", OPERATOR, NOW)
    end(writer, outage, "ivanova", OPERATOR, later)
    assert statuses(writer, outage)[0] == "done" and under_way(writer, later) == []


def test_one_that_may_not_go_out_yet_is_passed_to_nobody(writer: Writer) -> None:
    outage = telephonogram(writer, type="emergency")
    with pytest.raises(Refused, match="Ресурс"):
        take(writer, outage, "sent", "o1", "o2")
    assert statuses(writer, outage) == ("prepared", {})
    cancelled = telephonogram(writer, remark="ошибка")
    writer.save("telephonograms", cancelled, {"status": "cancelled"}, "ivanova", OPERATOR, NOW)
    with pytest.raises(Refused, match="аннулирована"):
        take(writer, cancelled, "sent", "o1")
    ident = telephonogram(writer)
    with pytest.raises(Refused, match="Роль «Глава»"):
        take(writer, ident, "sent", "o1", who="head")


def test_who_is_never_reached_has_a_term_too(writer: Writer) -> None:
    ident = telephonogram(writer)
    for _ in range(2):
        assert take(writer, ident, "unreached", "o1") == []
    (data,) = (one.data for one in receipts(writer, ident))
    assert (data["attempts"], data["called_at"], data.get("sent_at")) == (2, moment(NOW), None)
    alarms = Judge(Norms({}), WorkCalendar(), NOW + 11 * MINUTE, NOW, timedelta(days=1))
    (alarm,) = alarms.said(RECEIPTS, "r1", data).alarms
    assert (alarm.title, alarm.level) == ("Дозвониться до адресата", "high")


def test_receipts_of_an_annulled_telephonogram_call_for_nobody_any_more(writer: Writer) -> None:
    ident, other = telephonogram(writer, remark="ошибка"), telephonogram(writer)
    for one in (ident, other):
        take(writer, one, "sent", "o1", "o2")
    take(writer, ident, "received", "o1", receiver_name="Петров")
    assert vain(writer, NOW) == []
    writer.save("telephonograms", ident, {"status": "cancelled"}, "ivanova", OPERATOR, NOW)
    found = vain(writer, NOW)
    assert len(withdraw(writer, found, "ivanova", OPERATOR, NOW)) == 2
    assert statuses(writer, ident)[1] == {"o1": "withdrawn", "o2": "withdrawn"}
    alarms = Judge(Norms({}), WorkCalendar(), NOW + 99 * MINUTE, NOW, timedelta(days=1))
    assert [alarms.said(RECEIPTS, one.id, one.data).silent for one in receipts(writer, ident)] == [True, True]
    assert {one.data["remark"] for one in receipts(writer, ident)} == {"Телефонограмма аннулирована."}
    assert vain(writer, NOW) == [] == withdraw(writer, found, "petrova", OPERATOR, NOW), "once, whoever does it"
    assert statuses(writer, other)[1] == {"o1": "sent", "o2": "sent"}


def test_who_is_withdrawn_by_hand_holds_nobody_up(writer: Writer) -> None:
    ident = telephonogram(writer)
    take(writer, ident, "sent", "o1", "o2")
    taken = {"status": "withdrawn", "remark": "адресат указан по ошибке"}
    writer.save("receipts", receipt_id(ident, "o1"), taken, "ivanova", OPERATOR, NOW)
    take(writer, ident, "received", "o2", receiver_name="Петров")
    assert statuses(writer, ident)[0] == "received"
    alone = [one for one in receipts(writer, ident) if one.data["status"] == "withdrawn"]
    assert following({"status": "sent", "addressees": ["o1"]}, alone) == []


def test_a_step_that_is_none_says_why(writer: Writer) -> None:
    assert "нельзя перейти" in why_not({}, {"status": "read"}, OPERATOR)
    assert "Принял" in why_not({"status": "sent"}, {"status": "received"}, OPERATOR)
    assert why_not({"status": "unreached"}, {"status": "unreached"}, OPERATOR) == ""
    assert following({"status": "prepared", "addressees": ["o1"]}, []) == []


def test_silence_is_told_first_to_the_addressee_then_to_the_one_in_charge() -> None:
    norms, calendar = Norms({}), WorkCalendar()
    data = {"status": "sent", "sent_at": moment(NOW)}
    found = [late(data, norms, calendar, NOW + n * MINUTE) for n in (1, 9, 11, 61)]
    assert [(stage, due.state) for stage, due in found if due] == [(0, "running"), (0, "amber"), (1, "red"), (2, "red")]
    vain = {"status": "unreached", "called_at": moment(NOW)}  # nobody has ever lifted the receiver
    found = [late(vain, norms, calendar, NOW + n * MINUTE) for n in (1, 11, 61)]
    assert [(stage, due.state) for stage, due in found if due] == [(0, "running"), (1, "red"), (2, "red")]
    for reached in ({**vain, **data}, {**data, "status": "unreached", "called_at": moment(NOW + 2 * MINUTE)}):
        keys = [one.clock.key for one in dues(RECEIPTS, reached, norms, calendar, NOW) if one.state != "met"]
        assert "reaching" not in keys and "receipt" in keys, "its time is that of what was passed on"
    read = {**data, "status": "read", "received_at": moment(NOW)}
    assert late(read, norms, calendar, NOW + 600 * MINUTE) == (0, None)


def test_the_duty_register_knows_whom_to_ring_up(writer: Writer) -> None:
    def put(module: str, ident: str, **data: object) -> None:
        change = {
            "module": module,
            "id": ident,
            "version": 1,
            "data": data,
            "by": "",
            "at": moment(NOW),
            "deleted": False,
        }
        writer.absorb([change], NOW, {})

    put("people", "p1", name="Петров", position="диспетчер", login="petrov", phone="1-11")
    put("people", "p2", name="Замещающий", position="диспетчер")
    put("people", "p3", name="Чужой", position="мастер", login="petrov2")
    put("organisations", "o1", name="Водоканал", dispatch_phone="9-99")
    put("organisations", "o2", name="Жилфонд", phone="8-88")
    put("organisations", "o3", name="Без телефона")
    hours = {"begins": moment(NOW - 60 * MINUTE), "ends": moment(NOW + 60 * MINUTE)}
    put("duty", "d1", post="dispatcher", person="p1", organisation="o1", phone="7-77", **hours)
    put("duty", "d2", post="responsible", person="p1", substitute="p2", **hours)
    assert answers_for(writer, NOW, "o1") == Officer("диспетчер", "Петров", "7-77")
    assert answers_for(writer, NOW + 90 * MINUTE, "o1") == Officer("АДС", "", "9-99")
    assert answers_for(writer, NOW, "o2") == Officer("приёмная", "", "8-88")
    assert answers_for(writer, NOW, "o3") is None
    assert str(on_duty(writer, NOW, post="responsible")) == "диспетчер, Замещающий"
    assert self_at_desk(writer, "petrov", "П.") == Officer("диспетчер", "Петров", "1-11")
    assert self_at_desk(writer, "nobody", "Никто") == Officer("", "Никто", "")
