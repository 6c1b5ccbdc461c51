"""Who is to be rung up now: the duty register's answer for a post or an organisation, with what stands in for it."""

from dataclasses import dataclass
from datetime import datetime

from citymanager.store import Query, Reader, Record
from citymanager.values import moment

DUTY, PEOPLE, ORGANISATIONS = "duty", "people", "organisations"


@dataclass(frozen=True, slots=True)
class Officer:
    """A person at a telephone; what nobody has written down is empty."""

    position: str = ""
    name: str = ""
    phone: str = ""

    def __str__(self) -> str:
        who = ", ".join(filter(None, (self.position, self.name)))
        return ", ".join(filter(None, (who, f"тел. {self.phone}" if self.phone else "")))


def on_duty(reader: Reader, now: datetime, *, post: str = "", organisation: str = "") -> Officer | None:
    """Who has this post, or the duty of this organisation, at this moment; of several the one who came last."""
    among: dict[str, tuple[str, ...]] = {}
    if post:
        among["post"] = (post,)
    if organisation:
        among["organisation"] = (organisation,)
    here = moment(now)
    query = Query(DUTY, among=among, between={"begins": (None, here), "ends": (here, None)}, sort="-begins")
    shifts = reader.first_page(query, 20)
    manned = [one for one in shifts if one.data.get("person") or one.data.get("substitute")]
    return _officer(reader, manned[0]) if manned else None


def answers_for(reader: Reader, now: datetime, organisation: str) -> Officer | None:
    """Who is rung up at an organisation: its own shift, else its dispatch's or its office's telephone."""
    if found := on_duty(reader, now, organisation=organisation):
        return found
    known = reader.get(ORGANISATIONS, organisation)
    data = known.data if known else {}
    for position, key in (("АДС", "dispatch_phone"), ("приёмная", "phone")):
        if data.get(key):
            return Officer(position, "", str(data[key]))
    return None


def official(reader: Reader, login: str) -> Record | None:
    """Whom the register of officials has under this login; nobody who does not work any more."""
    if not login or PEOPLE not in reader.modules:
        return None
    found = reader.each(Query(PEOPLE, among={"login": (login,)}))
    return next((one for one in found if one.data.get("active") is not False), None)


def self_at_desk(reader: Reader, login: str, name: str) -> Officer:
    """The person at this desk as the register of officials knows him."""
    found = official(reader, login)
    known = found.data if found else {}
    return Officer(str(known.get("position", "")), str(known.get("name") or name), str(known.get("phone", "")))


def posts_of(reader: Reader, login: str, now: datetime) -> frozenset[str]:
    """The posts that the person of this login has at this moment, for himself or in somebody's place."""
    person = official(reader, login)
    if person is None:
        return frozenset()
    here = moment(now)
    shifts = reader.first_page(Query(DUTY, between={"begins": (None, here), "ends": (here, None)}), 100)
    theirs = (one.data for one in shifts if (one.data.get("substitute") or one.data.get("person")) == person.id)
    return frozenset(str(one.get("post")) for one in theirs)


def _officer(reader: Reader, shift: Record) -> Officer:
    """The substitute stands before who was planned."""
    person = reader.get(PEOPLE, str(shift.data.get("substitute") or shift.data["person"]))
    data = person.data if person else {}
    phone = str(shift.data.get("phone") or data.get("phone", ""))
    return Officer(str(data.get("position", "")), str(data.get("name", "")), phone)
