"""What is said of a layer: how much of it is on the map, how old that is, what of it is not sent."""

from layers.layer_facts import LayerFacts

UNKNOWN = "—"


def told(facts: LayerFacts | None, on: bool, age: str, from_zoom: int, about: str = "") -> str:
    """All of it, a fact a line. `age`: of this station's data, in Russian; empty: they come from no server."""
    return "\n".join(filter(None, (about, _amount(facts, on), _stamp(facts, age), _unsent(facts), _zoom(from_zoom))))


def count(facts: LayerFacts | None, value: str | None) -> str:
    """The number beside a layer (`value` None) or one of its values; «≥» where not all of it is known yet."""
    if facts is None:
        return UNKNOWN
    number = spaced(facts.tally.shown if value is None else facts.tally.values[value])
    return f"≥\u202f{number}" if facts.more else number


def spaced(number: int) -> str:
    """A number as it is written in Russian: «1 204 517»."""
    return f"{number:,}".replace(",", "\u202f")


def _amount(facts: LayerFacts | None, on: bool) -> str:
    if facts is None:
        return "Сколько записей, пока не известно"
    tally = facts.tally
    if not tally.total:
        return "Записей с местом на карте нет"
    amount = f"{spaced(tally.shown)} из {spaced(tally.total)}" + (" — по отбору таблицы" if tally.filtered else "")
    return f"На карте {amount}" if on else f"Слой выключен: {amount}"


def _stamp(facts: LayerFacts | None, age: str) -> str:
    if facts is not None and facts.partly:
        return "Загружен не весь: на сервере есть ещё"
    if facts is not None and facts.unjudged:
        return "Сроки ещё считаются: записей может быть больше"
    return age[:1].upper() + age[1:]


def _unsent(facts: LayerFacts | None) -> str:
    return f"Правок, которых нет на сервере: {facts.unsent}" if facts is not None and facts.unsent else ""


def _zoom(from_zoom: int) -> str:
    return f"Виден с масштаба {from_zoom}" if from_zoom else ""
