"""The card: what was typed is saved as it was typed, what was not touched stays as it was stored."""

import json
import resource
from hashlib import sha256

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel
from throwaway import HOUSE, NOW, SQUARE, THROWAWAY, WHOLE

from citymanager.modules import BY_KEY
from citymanager.roles import role
from citymanager.schema import TEXT_KINDS
from citymanager.store.records import Record
from widgets.record_files import RecordFiles

REPORT = {"number": "К1-0001", "text": "Яма", "status": "new", "regime": "platform", "channel": "phone"}
SAMPLES = {
    "text": "образец", "long_text": "строка\nвторая", "address": "ул. Ленина, 1", "number": 3, "date": "2026-01-02",
    "moment": "2026-01-02T03:04:05Z", "flag": True, "person": "p1", "reference": "o1",
    "files": [{"sha256": "0" * 64, "name": "вид.jpg", "type": "image/jpeg", "size": 10}],
}  # fmt: skip
ROAD = {"type": "LineString", "coordinates": [[60.70, 56.08], [60.71, 56.08]]}
SHAPES = {"point": {"type": "Point", "coordinates": [60.7, 56.1]}, "line": ROAD, "polygon": SQUARE, "shape": SQUARE}
LATER = {
    ("duty", "ends"): "2026-01-03T03:04:05Z", ("rules", "season_from"): "01.11", ("rules", "season_to"): "31.03",
    ("distribution", "hour_from"): "20:00", ("distribution", "hour_to"): "08:00",
    ("views", "content"): "{}",
}  # fmt: skip
"""What the rules of a module want."""


def whole(module) -> dict:
    """A value for every field of a module."""
    data = {"status": module.statuses[0].key} if module.statuses else {}
    for one in module.fields:
        data[one.key] = [sample(module, one)] if one.many else sample(module, one)
    return data


def sample(module, field):
    if field.kind == "choice":
        return field.choices[0].key
    return LATER.get((module.key, field.key)) or SAMPLES.get(field.kind, SHAPES.get(module.geometry))


def type_into(line, text: str) -> None:
    """Give an editor a text as a paste does."""
    mime = QMimeData()
    mime.setText(text)
    QGuiApplication.clipboard().setMimeData(mime)
    widget = line.editor.focusProxy()
    widget.selectAll()
    widget.paste()
    QGuiApplication.clipboard().clear()  # what lies there at the process's end is freed twice


def outbox(tasks) -> list:
    return tasks.glance.outbox()


@pytest.fixture
def bench(put, panel_of):
    """The throw-away module's panel with one whole record in its card."""
    put("organisations", {"o1": {"name": "ООО «Лавка»"}, "o2": {"name": "АО «Доска»"}})
    put("people", {"p1": {"name": "Иванов И. И.", "position": "сторож"}})
    put(THROWAWAY.key, {"b1": {"number": "К1-1", "status": "planned", **WHOLE}})
    panel = panel_of(THROWAWAY)
    panel.show_record("b1")
    return panel


@pytest.mark.parametrize("module", HOUSE, ids=lambda module: module.key)
def test_a_record_of_any_module_is_shown_and_only_the_touched_field_is_saved(module, put, panel_of, tasks, wait, seat):
    seat.take("smirnova", "", role("admin"))
    data = whole(module)
    put(module.key, {"x1": data})
    panel = panel_of(module)
    panel.show_record("x1")
    form = panel.form
    assert set(form.lines) == {one.key for one in module.fields}
    assert {key: line.editor.value() for key, line in form.lines.items()} == {
        key: None if key in module.personal_keys else value for key, value in data.items() if key != "status"
    }
    if module.journal:
        assert form.closed
        return
    first_stays = {key for act in module.once for key in act.fields}
    writable = [
        one for one in module.fields
        if one.kind in TEXT_KINDS and not one.fixed and not one.personal and one.key not in first_stays
    ]  # fmt: skip
    key = min(writable, key=lambda one: one.kind != "text").key
    type_into(form.lines[key], "новое значение")
    form.save()
    wait(lambda: not form.touched)
    assert [(one.id, one.change) for one in outbox(tasks)] == [("x1", {key: "новое значение"})]
    assert form.foot.message.text().startswith("Сохранено")
    assert tasks.glance.get(module.key, "x1").data == {**data, key: "новое значение"}


@pytest.mark.parametrize("module", HOUSE, ids=lambda module: module.key)
def test_a_new_card_of_any_module_is_made(module, panel_of, tasks, wait, qtbot, seat):
    seat.take("smirnova", "", role("admin"))
    panel = panel_of(module)
    panel.open_new()
    required = {
        one.key: "обязательное" if one.kind in TEXT_KINDS else whole(module)[one.key]
        for one in module.fields
        if one.required
    }
    for key, value in required.items():
        line = panel.form.lines[key]
        if line.field.kind in TEXT_KINDS:
            type_into(line, value)
        else:
            line.fill(value, "")
    with qtbot.waitSignal(panel.form.saved) as saved:
        panel.form.save()
    made = tasks.glance.get(module.key, saved.args[0])
    assert {key: made.data[key] for key in required} == required
    assert made.data.get("status") == (module.statuses[0].key if module.statuses else None)
    wait(lambda: panel.table.currentIndex().isValid())
    assert panel.table.current == made.id == panel.form.ident
    panel.open_new()
    assert not panel.form.touched, "the next card starts empty"


def test_a_card_without_its_required_fields_is_not_saved_and_says_why(panel_of, tasks):
    panel = panel_of(THROWAWAY)
    panel.open_new()
    type_into(panel.form.lines["story"], "без названия")
    panel.form.save()
    assert panel.form.lines["name"].problem_text == "Заполните «Название»."
    assert "исправьте" in panel.form.foot.refusal
    assert not outbox(tasks)


@pytest.mark.parametrize("key", ["name", "story", "address"])
def test_hostile_texts_are_stored_as_they_were_pasted(key, bench, blns, tasks, wait):
    form = bench.form
    # a clipboard keeps neither a leading byte order mark nor NUL; the program refuses NUL with a reason
    for text in [one for one in blns if one[0] not in "\ufeff\ufffe"]:
        type_into(form.lines[key], text)
        assert form.lines[key].editor.value() == text
    texts = ["a\r\nb\rc\u2028d\u2029e\u00a0f\x0b\x1b\x85", "\u202eсправа\u200f", "\ufdd0\ufdd1", *blns[40:60]]
    for text in texts:
        type_into(form.lines[key], text)
        form.save()
        wait(lambda: not form.touched)
        assert tasks.glance.get(THROWAWAY.key, "b1").data[key] == text
        assert form.lines[key].editor.value() == text


def test_hostile_texts_survive_the_saving_of_another_field(panel_of, put, blns, tasks, qtbot):
    texts = ["\ufeffметка", "\ufffe", "a\r\nb\u2029c", *blns]
    keys = ("name", "story", "address")
    rows = {f"b{n}": dict(zip(keys, texts[n : n + 3], strict=False)) for n in range(0, len(texts), 3)}
    put(THROWAWAY.key, rows)
    panel = panel_of(THROWAWAY)
    for ident, row in rows.items():
        panel.show_record(ident)
        assert {key: panel.form.lines[key].editor.value() for key in row} == row
        panel.form.lines["public"].editor.check.click()
        panel.form.save()
    qtbot.waitUntil(lambda: len(outbox(tasks)) == len(rows), timeout=30_000)
    for ident, row in rows.items():
        data = tasks.glance.get(THROWAWAY.key, ident).data
        assert {key: data[key] for key in row} == row


def test_a_wrong_value_is_said_beside_its_field(bench):
    line = bench.form.lines["length"]
    for text, words in (("много", "Нужно число"), ("120", "от 0 до 100"), ("12,5", "")):
        type_into(line, text)
        line.check()
        assert words in line.problem_text
        assert bool(line.problem_text) == bool(words)
    assert line.editor.value() == 12.5


def test_typed_values_of_every_kind_become_json(bench, tasks, wait):
    lines = bench.form.lines
    type_into(lines["length"], "12,5")
    type_into(lines["built"], "23.11.2025")
    type_into(lines["checked"], "23.11.2026 14:05")
    lines["public"].editor.check.click()
    lines["colour"].editor.box.setCurrentIndex(3)
    lines["colour"].editor.box.activated.emit(3)
    lines["paints"].editor.list.item(1).setCheckState(lines["paints"].editor.list.item(0).checkState())
    bench.form.save()
    wait(lambda: not bench.form.touched)
    change = outbox(tasks)[-1].change
    assert change == {
        "length": 12.5, "built": "2025-11-23", "checked": "2026-11-23T09:05:00Z", "public": None, "colour": "blue",
        "paints": ["red", "green", "blue"],
    } | ({"public": True} if change["public"] else {})  # fmt: skip


def test_an_emptied_field_is_removed(bench, tasks, wait):
    type_into(bench.form.lines["regime"], "")
    bench.form.lines["regime"].editor.line.selectAll()
    bench.form.lines["regime"].editor.line.del_()
    bench.form.save()
    wait(lambda: bool(outbox(tasks)))
    wait(lambda: not bench.form.touched)
    assert "regime" not in tasks.glance.get(THROWAWAY.key, "b1").data


def test_a_draft_is_on_the_disk_within_a_second_and_comes_back(bench, panel_of, profile, qtbot):
    type_into(bench.form.lines["story"], "недописанное\r\nслово")
    type_into(bench.form.lines["built"], "31.1")
    qtbot.waitUntil(lambda: len(list(profile.drafts.glob("*.json"))) == 1, timeout=1_000)
    again = panel_of(THROWAWAY)  # as after a crash: nothing was closed
    again.show_record("b1")
    assert again.form.lines["story"].editor.value() == "недописанное\r\nслово"
    assert again.form.lines["built"].editor.state() == "31.1"
    assert again.form.lines["name"].touched is False
    assert again.form.head.draft.isVisibleTo(again)


def test_the_draft_of_a_card_that_was_made_does_not_come_back(panel_of, profile, tasks, wait, qtbot):
    """A kill between the commit and the removal of the draft: nobody is asked to save the same report again."""
    panel = panel_of(BY_KEY["reports"])
    panel.open_new()
    type_into(panel.form.lines["text"], "Яма на дороге")
    qtbot.waitUntil(lambda: len(list(profile.drafts.glob("*.json"))) == 1, timeout=1_000)
    (file,) = profile.drafts.glob("*.json")
    left = file.read_bytes()
    begun = panel_of(BY_KEY["reports"])
    assert begun.form.lines["text"].editor.value() == "Яма на дороге", "as long as it is not made, it does"
    panel.form.save()
    wait(lambda: not file.exists())
    file.write_bytes(left)
    again = panel_of(BY_KEY["reports"])
    again.open_new()
    assert again.form.lines["text"].editor.value() is None
    wait(lambda: not list(profile.drafts.glob("*.json")))
    assert len(outbox(tasks)) == 1


def test_another_record_can_be_opened_and_the_draft_waits(bench, put, profile, wait):
    put(THROWAWAY.key, {"b2": {"name": "Другая"}})
    type_into(bench.form.lines["name"], "Переименованная")
    bench.show_record("b2")
    assert bench.form.lines["name"].editor.value() == "Другая"
    assert not bench.form.touched
    bench.show_record("b1")
    assert bench.form.lines["name"].editor.value() == "Переименованная"
    bench.form.save()
    wait(lambda: not bench.form.touched)
    wait(lambda: not list(profile.drafts.glob("*.json")))
    bench.show_record("b2")
    bench.show_record("b1")
    assert not bench.form.touched


def test_the_next_person_sees_no_draft_of_the_previous_one(bench, seat):
    type_into(bench.form.lines["name"], "Секрет")
    seat.take("sidorov", "Сидоров", role("moderator"))
    assert bench.form.lines["name"].editor.value() == WHOLE["name"]
    seat.take("ivanova", "Иванова", role("moderator"))
    assert bench.form.lines["name"].editor.value() == "Секрет"


def test_what_was_cancelled_can_be_brought_back(bench):
    type_into(bench.form.lines["name"], "Зря")
    bench.form.foot.cancel.click()
    assert bench.form.lines["name"].editor.value() == WHOLE["name"]
    bench.form.foot.undo.click()
    assert bench.form.lines["name"].editor.value() == "Зря"
    assert bench.form.touched


def test_a_change_from_the_server_shows_under_what_is_typed(bench, put, wait):
    form = bench.form
    type_into(form.lines["story"], "мой текст")
    put(THROWAWAY.key, {"b1": {"number": "К1-1", **WHOLE, "name": "С сервера", "address": "ул. Новая, 1"}}, version=2)
    wait(lambda: form.lines["name"].editor.value() == "С сервера")
    assert form.lines["address"].editor.value() == "ул. Новая, 1"
    assert form.lines["story"].editor.value() == "мой текст"
    assert not form.note
    put(THROWAWAY.key, {"b1": {"number": "К1-1", **WHOLE, "story": "чужой текст"}}, version=3)
    wait(lambda: bool(form.note))
    assert "История" in form.note
    assert "petrov" in form.note
    assert form.lines["story"].editor.value() == "мой текст"


def test_a_draft_that_waited_while_others_wrote_there_says_so(bench, put, wait):
    put(THROWAWAY.key, {"b2": {"name": "Другая"}})
    type_into(bench.form.lines["story"], "мой текст")
    type_into(bench.form.lines["name"], "моё имя")
    bench.show_record("b2")
    put(THROWAWAY.key, {"b1": {"number": "К1-1", **WHOLE, "story": "чужой текст"}}, version=2)
    assert not bench.form.note
    bench.show_record("b1")
    assert "Пока ждал черновик" in bench.form.note and "«История»" in bench.form.note
    assert "Название" not in bench.form.note and "petrov" in bench.form.note
    story = bench.form.lines["story"]
    assert story.editor.value() == "мой текст" and story.why.text() == "Теперь в записи: чужой текст"


def test_a_draft_of_an_earlier_program_is_shown_over_what_is_stored(bench, panel_of, profile, qtbot):
    type_into(bench.form.lines["story"], "мой текст")
    qtbot.waitUntil(lambda: len(list(profile.drafts.glob("*.json"))) == 1, timeout=1_000)
    (file,) = profile.drafts.glob("*.json")
    file.write_text(json.dumps({"story": "мой текст", "of_tomorrow": 1}), encoding="utf-8")
    again = panel_of(THROWAWAY)
    again.show_record("b1")
    assert again.form.lines["story"].editor.value() == "мой текст" and not again.form.note


def test_lists_that_two_have_added_to_come_together_under_the_eyes_of_both(bench, put, tasks, wait):
    first = WHOLE["photos"][0]
    mine, theirs = ({**first, "sha256": letter * 64, "name": f"{letter}.jpg"} for letter in "ab")
    photos, owners = bench.form.lines["photos"].editor, bench.form.lines["owners"].editor
    photos.show_value([first, mine])
    photos.edited.emit()
    owners.line.setText("недописанное")
    owners.edited.emit()
    put("organisations", {"o3": {"name": "ЗАО «Полка»"}})
    changed = {**WHOLE, "photos": [first, theirs], "owners": ["o1", "o2", "o3"]}
    put(THROWAWAY.key, {"b1": {"number": "К1-1", **changed}}, version=2)
    wait(lambda: photos.value() == [first, theirs, mine])
    assert not bench.form.note
    assert owners.line.text() == "недописанное", "half a word is not thrown away"
    owners.line.clear()
    bench.form.save()
    wait(lambda: not bench.form.touched)
    found = tasks.glance.get(THROWAWAY.key, "b1").data
    assert found["photos"] == [first, theirs, mine] and found["owners"] == ["o1", "o2", "o3"]


def test_a_record_that_went_away_keeps_what_was_typed(bench, put, wait):
    type_into(bench.form.lines["story"], "мой текст")
    put(THROWAWAY.key, {"b1": {}}, version=2, deleted=True)
    wait(lambda: bool(bench.form.note))
    assert bench.form.lines["story"].editor.value() == "мой текст"
    assert not bench.form.foot.save.isVisibleTo(bench)


def test_a_role_that_may_not_write_reads_only_and_is_told_why(bench, seat):
    seat.take("screen", "Экран", role("wall"))
    assert all(line.editor.reading for line in bench.form.lines.values())
    assert "Экран" in bench.form.closed
    assert not bench.form.foot.save.isVisibleTo(bench)
    assert not bench.new_button.isEnabled()
    seat.take("ivanova", "Иванова", role("moderator"))
    assert not bench.form.lines["name"].editor.reading
    assert bench.form.lines["number"].editor.reading, "a fixed field is never open"


def test_what_the_rules_refuse_stays_in_the_form_with_the_reason(panel_of, put, tasks, wait):
    put("reports", {"r1": {**REPORT, "status": "in_work"}})
    panel = panel_of(BY_KEY["reports"])
    panel.show_record("r1")
    type_into(panel.form.lines["postponed_until"], "01.01.2020")
    type_into(panel.form.lines["postponed_reason"], "ждём весны")
    panel.form.move_to("postponed")
    wait(lambda: bool(panel.form.foot.refusal))
    assert "позже сегодняшнего дня" in panel.form.foot.refusal
    assert panel.form.lines["postponed_reason"].editor.value() == "ждём весны"
    assert not outbox(tasks)
    assert panel.form.foot.message.text() == ""


@pytest.mark.fault("F05")
def test_a_full_disk_leaves_the_text_in_the_form(bench, profile, tasks, wait):
    """The kernel's own limit of a file's size stands for the full disk; freed, it works without a restart."""
    text = "очень важное " * 20_000
    type_into(bench.form.lines["story"], text)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        bench.form.save()
        wait(lambda: bool(bench.form.foot.refusal))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert bench.form.lines["story"].editor.value() == text
    assert "не сохранен" in bench.form.foot.refusal.casefold()
    assert tasks.glance.get(THROWAWAY.key, "b1").data["story"] == WHOLE["story"]
    bench.form.save()
    wait(lambda: not bench.form.touched)
    assert tasks.glance.get(THROWAWAY.key, "b1").data["story"] == text


def test_letters_typed_while_it_is_saved_are_not_taken_for_saved(bench, wait):
    type_into(bench.form.lines["name"], "Первое")
    bench.form.save()
    type_into(bench.form.lines["name"], "Второе")
    wait(lambda: bench.form.foot.message.text() != "" or bench.form.foot.save.isEnabled())
    assert bench.form.lines["name"].editor.value() == "Второе"
    assert bench.form.touched


def test_the_map_gives_a_point(put, panel_of, tasks, wait, qtbot):
    put("reports", {"r1": REPORT})
    panel = panel_of(BY_KEY["reports"])
    panel.show_record("r1")
    with qtbot.waitSignal(panel.pick_requested) as asked:
        panel.form.lines["geometry"].editor.pick.click()
    assert asked.args == ["reports"]
    panel.form.place.point(56.085, 60.732)
    panel.form.save()
    wait(lambda: not panel.form.touched)
    assert tasks.glance.get("reports", "r1").data["geometry"] == {"type": "Point", "coordinates": [60.732, 56.085]}


def test_files_are_added_only_where_somebody_takes_them_in(
    put, panel_of, profile, tasks, hub, seat, journal, tmp_path, wait
):
    put("reports", {"r1": REPORT})
    assert not panel_of(BY_KEY["reports"]).form.lines["photos"].editor.choose.isVisibleTo(None)
    photo = tmp_path / "яма.jpg"
    photo.write_bytes(b"\xff\xd8\xffpothole")
    entry = {"sha256": sha256(photo.read_bytes()).hexdigest(), "name": "яма.jpg", "type": "image/jpeg", "size": 10}
    panel = panel_of(BY_KEY["reports"], files=RecordFiles(profile, tasks, hub, seat, journal))
    panel.show_record("r1")
    panel.form.lines["photos"].editor.choose.click()
    dialog = panel.findChild(QFileDialog)
    assert not dialog.isModal()
    dialog.filesSelected.emit([str(photo)])
    dialog.close()
    wait(lambda: panel.form.touched and not panel.form.lines["photos"].editor.problem())  # it has been taken in
    panel.form.save()
    wait(lambda: not panel.form.touched)
    assert tasks.glance.get("reports", "r1").data["photos"] == [entry]


def test_data_is_shown_as_plain_text_only(bench, put, wait, hub):
    evil = "<b>жирно</b><img src=file:///etc/passwd>"
    data = {**WHOLE, "number": evil, "name": evil, "story": evil, "photos": [{**WHOLE["photos"][0], "name": evil}]}
    put("organisations", {"o1": {"name": evil}}, version=2)
    put(THROWAWAY.key, {"b1": data}, version=2)
    wait(lambda: bench.form.lines["name"].editor.value() == evil)
    labels = bench.findChildren(QLabel)
    assert labels
    assert {label.textFormat().name for label in labels} == {"PlainText"}
    tips = [widget.toolTip() for widget in bench.findChildren(object) if hasattr(widget, "toolTip")]
    assert not [text for text in tips if "<img" in text or "<b>" in text]
    index = bench.model.index(0, bench.model.column_of("name"))
    wait(lambda: index.data() == evil)
    assert "<img" not in index.data(3)


def test_a_saved_record_stands_on_the_servers_version(bench, tasks, wait):
    type_into(bench.form.lines["name"], "Новое имя")
    bench.form.save()
    wait(lambda: not bench.form.touched)
    record = tasks.glance.get(THROWAWAY.key, "b1")
    assert isinstance(record, Record)
    assert (record.version, record.unsent) == (1, 1)
    assert outbox(tasks)[0].author == "ivanova"
    assert outbox(tasks)[0].at.startswith(NOW.date().isoformat())


def refused(bench, tasks, wait):
    """An edit of the length that the server has refused."""
    type_into(bench.form.lines["length"], "90")
    bench.form.save()
    wait(lambda: not bench.form.touched)
    (sent,) = outbox(tasks)
    verdict = {"op": sent.op, "result": "refused", "reason": "Длина не согласована."}
    tasks.write_here(lambda writer: writer.settle([verdict], "f", NOW))
    return tasks.glance.pending(sent.op)


@pytest.mark.fault("F31")
def test_what_the_server_refused_is_corrected_in_its_card(bench, tasks, wait):
    pending = refused(bench, tasks, wait)
    bench.form.refresh()
    assert bench.form.head.unsent.text() == "! требует внимания: 1 правка"
    bench.form.mend(pending)
    assert "Сервер отказал: Длина не согласована." in bench.form.note
    assert bench.form.lines["length"].editor.value() == 90, "the refused value is there to be corrected"
    type_into(bench.form.lines["name"], "Новое имя")
    bench.form.save()
    wait(lambda: not bench.form.touched)
    (mended,) = outbox(tasks)
    assert mended.op != pending.op and mended.state == "waiting"
    assert mended.change == {"length": 90, "name": "Новое имя"}, "a new edit in the place of the refused one"
    assert bench.form.note == "" and bench.form.head.unsent.text() == "↑ не отправлено: 1 правка"
    type_into(bench.form.lines["name"], "Другое")
    bench.form.save()
    wait(lambda: len(outbox(tasks)) == 2)


def test_another_card_ends_the_correction(bench, put, tasks, wait):
    pending = refused(bench, tasks, wait)
    put(THROWAWAY.key, {"b2": {"number": "К1-2", "status": "planned", **WHOLE}})
    bench.form.mend(pending)
    bench.show_record("b2")
    bench.form.mend(pending)
    type_into(bench.form.lines["name"], "Новое имя")
    bench.form.save()
    wait(lambda: not bench.form.touched)
    assert [(one.id, one.state) for one in outbox(tasks)] == [("b1", "refused"), ("b2", "waiting")]


@pytest.mark.fault("F13")
def test_a_card_shows_who_acknowledged_first_and_who_after_him(put, panel_of, tasks, wait):
    data = {"telephonogram": "t1", "addressee": "o1", "status": "received", "receiver_name": "Иванов",
            "received_at": "2026-11-23T04:00:00Z", "phone": "11-11"}  # fmt: skip
    put("receipts", {"r1": data})
    panel = panel_of(BY_KEY["receipts"])
    panel.show_record("r1")
    also = panel.form.lines["also"]
    assert also.editor.reading, "nobody writes it by hand"
    type_into(panel.form.lines["receiver_name"], "Петров")
    panel.form.save()
    wait(lambda: not panel.form.touched)
    assert panel.form.lines["receiver_name"].editor.value() == "Иванов"
    assert also.editor.value() == "23.11.2026 09:05, ivanova: Принял: фамилия — Петров"
