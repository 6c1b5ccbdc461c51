"""The only bus between the parts of the window: few signals, all of them facts that have happened."""

from PySide6.QtCore import QObject, Signal

from citymanager.immortal import keep_constants


class Hub(QObject):
    """Who changes something says it here; who shows it listens. One per window, handed over by main."""

    changed = Signal(str, list)
    """Module and ids of records whose rows in the cache have changed; an empty list: any of them."""
    recounted = Signal(str)
    """The module of which more due times are known now than before; its records are the same."""
    selected = Signal(str, str)
    """Module and id of the record that the user has chosen, in a table or on the map."""
    opened = Signal(str, str)
    """Module and id of the record whose card is asked for; an empty id: a new card."""
    begun = Signal(str, dict)
    """Module of which a new card is asked for, and the values that it begins with."""
    linked = Signal(str)
    """A link to a view of the map that somebody wants to see."""
    filtered = Signal(str, object)
    """Module and the store's row numbers that its table's filter lets through; None: all."""
    outbox_changed = Signal()
    file_news = Signal(object)
    """`citymanager.sync_state.FileNews`: of a file on its way to the server or from it."""
    setting = Signal(str)
    """The key of a setting of this workstation that has another value now."""
    sync_state = Signal(object)
    """`citymanager.sync_state.SyncState`"""
    notice = Signal(str, str)
    """Russian text and its level: info, warning or error."""

    def __init__(self) -> None:
        super().__init__()
        keep_constants()  # before the first of the very many signals
