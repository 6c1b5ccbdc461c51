"""What the map says to who draws: what to do next, and how large the figure is by now."""

from citymanager.measures import area, length, metres, square_metres
from layers.editing import WHOLE, Stage
from layers.figure import LEAST, Path


def hint(stage: Stage) -> str:
    """What can be done now, in one short line: it lies over the map."""
    more = len(stage.run) < (LEAST["polygon"] if stage.closed else LEAST["line"])
    if stage.tool == "split":
        return "Проведите линию через контур от края до края. Enter — разрезать"
    if stage.tool == "hole":
        return "Обведите вырез. Enter — вырезать, Ctrl — без привязки"
    if stage.tool == "draw" and more:
        return f"Щёлкайте {'углы контура' if stage.closed else 'точки линии'}. Ctrl — без привязки, Esc — отмена"
    if stage.tool == "draw":
        return f"Enter — готово, двойной щелчок — {'замкнуть' if stage.closed else 'закончить'}, Backspace — шаг назад"
    if stage.chosen is not None and stage.chosen[1] == WHOLE:
        return "Часть выбрана. Delete — убрать её, Enter — готово"
    return "Тяните вершины и середины сторон. Delete — убрать, Enter — готово"


def measured(stage: Stage) -> str:
    """The size of what is drawn now, else of the whole; what crosses itself has no area."""
    sound, paths = stage.fault() is None, stage.figure.paths
    if stage.run:
        return _of_run(stage.run, stage.closed, sound)
    if stage.figure.kind == "line":
        return f"Длина {metres(sum(map(length, paths)))}" if paths else ""
    inside = sum(area(part[0]) - sum(map(area, part[1:])) for part in stage.figure.parts)
    around = sum(length((*path, path[0])) for path in paths)
    size = f"Площадь {square_metres(inside)}, периметр" if sound else "Периметр"
    return f"{size} {metres(around)}" if paths else ""


def _of_run(run: Path, closed: bool, sound: bool) -> str:
    last = f", сторона {metres(length(run[-2:]))}" if len(run) > 1 else ""
    if closed and sound and len(run) > 2:
        return f"Площадь {square_metres(area(run))}, периметр {metres(length((*run, run[0])))}{last}"
    return f"Длина {metres(length(run))}{last if len(run) > 2 else ''}"
