"""The card that stands open: whose it is and of which record; and what is taken out of it to be saved."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from citymanager.clashes import refuse_banned
from citymanager.roles import Role
from citymanager.schema import STATUS, Values
from citymanager.store import Record, Saved, Seen, Writer
from citymanager.store.pending import Pending
from widgets.record_drafts import NEW, Draft


@dataclass(eq=False)
class Card:
    """One opening of a card: another record, or the same one opened anew, is another card."""

    login: str
    """Of the person whose draft it has."""
    record: Record | None = None
    """As it is stored; None for a new card."""
    feed: str = ""
    """That the record's version is counted in."""
    gone: bool = False
    """The record is there no more."""
    made_as: str = field(default_factory=lambda: str(uuid.uuid4()))
    """The id that the record of a new card will have: so a draft knows whether its card was made."""
    discarded: Draft = field(default_factory=dict)
    refused: Pending | None = None
    """Which the next saved edit takes the place of."""

    @property
    def ident(self) -> str:
        return self.record.id if self.record else NEW


@dataclass(frozen=True)
class CardEdit:
    """What a person gives to be saved, whole: meanwhile the form may show another card, and another person may sit."""

    module: str
    card: Card
    ident: str
    """Of its record when the save began: a new card gets its id by it."""
    login: str
    role: Role | None
    moment: datetime
    change: Values
    draft: Draft
    seen: Seen | None
    """What the person had before him."""
    mended: Pending | None

    @property
    def target(self) -> str:
        """The status that it takes the record to; empty: it leaves it where it is."""
        return str(self.change.get(STATUS, ""))

    def is_of(self, card: Card) -> bool:
        """Whether this card is the one that it was taken from; of two new ones neither has an id yet."""
        return card.ident == self.ident and (self.ident != NEW or card is self.card)

    def write(self, writer: Writer) -> Saved:
        """Raises CityError."""
        refuse_banned(writer, self.module, self.ident, self.change, self.moment)
        if self.mended is not None:
            change = {**self.mended.change, **self.change}
            return writer.resolve(self.mended.op, change, self.login, self.role, self.moment)
        return writer.save(
            self.module, self.ident or None, self.change, self.login, self.role, self.moment, self.seen,
            self.card.made_as,
        )  # fmt: skip
