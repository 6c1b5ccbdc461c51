"""What is wrong with a module's declaration: all that its types leave open, held by a test over every module."""

from collections.abc import Iterator, Mapping

from citymanager.pauses import pause_field
from citymanager.schema import KINDS, STATUS, TEXT_KINDS, Field, Module


def mistakes(module: Module, known: Mapping[str, Module] | None = None) -> list[str]:
    """Every inconsistency of a declaration, one English sentence each; an empty list is a sound module.

    `known` are the modules that references may point to.
    """
    return [f"{module.key}: {text}" for text in _mistakes(module, known or {})]


def _mistakes(module: Module, known: Mapping[str, Module]) -> Iterator[str]:
    yield from _field_mistakes(module, known)
    yield from _layout_mistakes(module)
    yield from _workflow_mistakes(module)
    yield from _clock_mistakes(module)
    yield from _once_mistakes(module)
    yield from _owner_mistakes(module)
    yield from _name_mistakes(module)
    kinds = {one.key: one.kind for one in module.fields}
    yield from (f"begins: {key} is no reference" for key in module.begins if kinds.get(key) != "reference")
    rule_keys = [rule.key for rule in module.rules]
    if len(set(rule_keys)) < len(rule_keys):
        yield "two rules have one key"


def _field_mistakes(module: Module, known: Mapping[str, Module]) -> Iterator[str]:
    keys = [one.key for one in module.fields]
    yield from (f"field {key} is declared twice" for key in sorted({key for key in keys if keys.count(key) > 1}))
    for one in module.fields:
        yield from (f"field {one.key}: {text}" for text in _wrong_with(one))
        stamp = module.columns.get(one.stamps)
        if one.stamps and (stamp is None or stamp.kind != "moment" or stamp.fixed):
            yield f"field {one.key}: {one.stamps} is not a moment that can change"
        if one.to and one.to != module.key and one.to not in known:
            yield f"field {one.key}: refers to an unknown module {one.to}"
    shapes = [one.key for one in module.fields if one.kind == "geometry"]
    if shapes != (["geometry"] if module.geometry else []):
        yield f"geometry is {module.geometry or 'not declared'}, its fields are {shapes}"


def _wrong_with(one: Field) -> Iterator[str]:
    """What is wrong with one field, whatever stands beside it."""
    if not one.key.isidentifier() or one.key.startswith("_") or one.key in (STATUS, "id"):
        yield "the key is not free to use"
    if not one.title:
        yield "no title"
    if one.required and one.writers:
        yield "required of everybody, and only some may fill it in"
    if one.kind not in KINDS:
        yield f"unknown kind {one.kind}"
    if (one.kind == "choice") != bool(one.choices):
        yield "choices and kind disagree"
    if (one.kind == "reference") != bool(one.to):
        yield "target and kind disagree"
    if one.many and one.kind not in ("choice", "person", "reference"):
        yield "this kind can't hold many"
    if (
        one.fill
        and one.kind != {"now": "moment", "number": "text", "also": "long_text", "pauses": "long_text"}[one.fill]
    ):
        yield f"{one.fill} can't be filled into {one.kind}"
    if one.kind == "choice" and one.default is not None and one.choice(str(one.default)) is None:
        yield "the default is not among the choices"


def _layout_mistakes(module: Module) -> Iterator[str]:
    columns = module.columns
    placed = [key for section in module.form.values() for key in section]
    yield from (f"form: unknown field {key}" for key in placed if key not in columns)
    yield from (f"form: field {key} stands twice" for key in sorted({key for key in placed if placed.count(key) > 1}))
    yield from (f"form: field {one.key} is nowhere" for one in module.fields if one.key not in placed)
    yield from (f"table: unknown field {key}" for key in module.table if key not in columns)
    yield from (f"table: {key} can't be a column" for key in module.table if key == "geometry")
    yield from (f"caption: unknown field {key}" for key in module.caption if key not in columns)
    if not module.table or not module.caption:
        yield "no table or no caption"
    if module.sort and module.sort.lstrip("-") not in module.table:
        yield f"sort: {module.sort} is not a column of the table"
    for key in (module.look.colour_by, module.look.over) if module.geometry else ():
        if key and key not in columns:
            yield f"look: unknown field {key}"
    yield from _look_mistakes(module)


def _look_mistakes(module: Module) -> Iterator[str]:
    look = module.look
    label = module.columns.get(look.label)
    if look.label and (label is None or label.kind not in TEXT_KINDS or label.personal):
        yield f"look: {look.label} is no label: not a text field, or a personal one"
    if not (0 < look.width <= 20 and 0 <= look.fill <= 1 and all(0 < one <= 50 for one in look.dash)):
        yield "look: a width, a fill or a dash is out of range"


def _workflow_mistakes(module: Module) -> Iterator[str]:
    keys = [one.key for one in module.statuses]
    if len(set(keys)) < len(keys):
        yield "two statuses have one key"
    for status in module.statuses:
        stamp = module.columns.get(status.stamps)
        if status.stamps and (stamp is None or stamp.kind != "moment"):
            yield f"status {status.key}: {status.stamps} is not a moment"
        until = module.columns.get(status.until)
        if status.until and (until is None or until.kind != "date" or not status.moves):
            yield f"status {status.key}: does not come back on a day"
        for move in status.moves:
            name = f"move {status.key} → {move.target}"
            if move.target not in keys:
                yield f"{name}: unknown status"
            yield from (
                f"{name}: requires an unknown field {key}" for key in move.requires if key not in module.columns
            )
            yield from (f"{name}: empties {key}, a field that it can't" for key in move.anew if not _free(module, key))
    reached = set(keys[:1])
    for _ in keys:
        reached |= {move.target for one in module.statuses if one.key in reached for move in one.moves}
    yield from (f"status {key} is never reached" for key in keys if key not in reached)


def _free(module: Module, key: str) -> bool:
    """Whether a field is there and nothing forbids to empty it."""
    one = module.columns.get(key)
    told_once = {key for act in module.once for key in act.fields}
    return one is not None and not (one.required or one.fixed or one.writers or key in told_once)


def _clock_mistakes(module: Module) -> Iterator[str]:
    for clock in module.clocks:
        start = module.columns.get(clock.starts)
        if start is None or start.kind not in ("moment", "date"):
            yield f"clock {clock.key}: does not start with a moment"
        if not clock.limit and not clock.due:
            yield f"clock {clock.key}: needs a limit or a due field"
        due, stop = module.columns.get(clock.due), module.columns.get(clock.stops)
        if clock.due and (due is None or due.kind not in ("moment", "date")):
            yield f"clock {clock.key}: is not due at a moment"
        if clock.stops and (stop is None or stop.kind != "moment"):
            yield f"clock {clock.key}: does not stop at a moment"
        if clock.extended and (clock.extended not in module.columns or not clock.limit):
            yield f"clock {clock.key}: can't be extended"
        yield from (f"clock {clock.key}: unknown status {key}" for key in clock.ends if module.status(key) is None)
        if clock.when and clock.regime_field not in module.columns:
            yield f"clock {clock.key}: unknown field {clock.regime_field}"
        if clock.special and clock.special_field not in module.columns:
            yield f"clock {clock.key}: unknown field {clock.special_field}"
        if clock.by and (clock.by not in module.columns or not clock.limit):
            yield f"clock {clock.key}: has no norm by {clock.by}"
        yield from (f"clock {clock.key}: unknown status {key}" for key in clock.pauses if module.status(key) is None)
        if clock.pauses and pause_field(module) is None:
            yield f"clock {clock.key}: its pauses are noted nowhere"


def _owner_mistakes(module: Module) -> Iterator[str]:
    author = module.columns.get(module.author)
    if module.author and (author is None or author.kind != "text" or not author.fixed):
        yield f"author: {module.author} is not the fixed text of a login"
    for key in module.mine:
        found = module.columns.get(key)
        owner = found is not None and (found.kind in ("person", "text") or found.to == "organisations")
        if found is None or not owner or found.many or found.personal:
            yield f"mine: {key} names no person, organisation or login"


def _name_mistakes(module: Module) -> Iterator[str]:
    named = module.columns.get(module.named_by)
    if module.named_by and (named is None or named.kind != "address" or not named.required):
        yield f"named_by: {module.named_by} is no required address"


def _once_mistakes(module: Module) -> Iterator[str]:
    told = [key for act in module.once for key in act.fields]
    yield from (f"once: unknown field {key}" for key in told if key not in module.columns)
    yield from (f"once: {key} tells of two acts" for key in sorted({key for key in told if told.count(key) > 1}))
    lines = {one.key for one in module.fields if one.fill == "also" and one.fixed}
    yield from (f"once: {act.also} does not take lines" for act in module.once if act.also not in lines)
    yield from (f"once: {key} is the also of nothing" for key in sorted(lines - {act.also for act in module.once}))
