"""What a line can do to a call: each fault is a function of it, made for `FaultProxy.strike`."""

import random
import zlib
from collections.abc import Callable
from threading import Barrier, Event

from fault_proxy import Call, Fault


def latency(seconds: float) -> Fault:
    """The answer comes so much later."""

    def fault(call: Call) -> None:
        call.wait(seconds)
        call.relay()

    return fault


def bandwidth(rate: float) -> Fault:
    """So many bytes a second, there and back."""

    def fault(call: Call) -> None:
        call.wait(len(call.body) / rate)
        answer = call.ask()
        step = max(1, int(rate / 20))
        for start in range(0, len(answer), step):
            call.send(answer[start : start + step])
            call.wait(step / rate)

    return fault


def sliced(call: Call) -> None:
    """The answer comes byte by byte, each in a packet of its own."""
    for byte in call.ask():
        call.send(bytes([byte]))


def lost(call: Call) -> None:
    """The request never reaches the server."""


def lost_after(call: Call) -> None:
    """The server has done what was asked; its answer never arrives."""
    call.ask()


def reset(call: Call) -> None:
    """Torn down before the server has heard of it."""
    call.reset()


def reset_after(call: Call) -> None:
    """Torn down when the server has done it."""
    call.ask()
    call.reset()


def cut_request(size: int) -> Fault:
    """The server gets the first bytes of the request only."""
    return lambda call: void(call.ask(size))


def cut_answer(share: float) -> Fault:
    """The station gets the first part of the answer only; the server has committed."""

    def fault(call: Call) -> None:
        answer = call.ask()
        call.send(answer[: int(len(answer) * share)])

    return fault


def garbled(flips: int, seed: int = 1) -> Fault:
    """Some bytes of the answer's body are others."""

    def fault(call: Call) -> None:
        head, gap, body = call.ask().partition(b"\r\n\r\n")
        spoilt, chance = bytearray(body), random.Random(seed)
        for place in chance.sample(range(len(spoilt)), min(flips, len(spoilt))):
            spoilt[place] ^= chance.randrange(1, 256)
        call.send(head + gap + bytes(spoilt))

    return fault


def half_dead(call: Call) -> None:
    """Takes the request, and says nothing for ever."""
    call.wait_until_left()


def duplicated(call: Call) -> None:
    """The server gets the request twice, the station the second answer."""
    call.ask()
    call.send(call.ask())


def held(gate: Event) -> Fault:
    """The server has answered; its answer waits for the gate."""

    def fault(call: Call) -> None:
        answer = call.ask()
        gate.wait(20)
        call.send(answer)

    return fault


class Stale:
    """Every struck call gets the answer that the first one got."""

    def __init__(self) -> None:
        self._first = b""

    def __call__(self, call: Call) -> None:
        answer = call.ask()
        self._first = self._first or answer
        call.send(self._first)


class Swapped:
    """Two calls at a time each get the other's answer."""

    def __init__(self) -> None:
        self._met = Barrier(2)
        self._answers: dict[int, bytes] = {}

    def __call__(self, call: Call) -> None:
        answer = call.ask()
        mine = self._met.wait(20)
        self._answers[mine] = answer
        self._met.wait(20)
        call.send(self._answers[1 - mine])


def answering(raw: bytes) -> Fault:
    """Something between answers in the server's place: a portal, a proxy, a gateway."""
    return lambda call: call.send(raw)


def altered(change: Callable[[bytes], bytes]) -> Fault:
    """The answer's JSON is another, its length said rightly: a server that is wrong, on a line that is well."""

    def fault(call: Call) -> None:
        head, _, body = call.ask().partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        if any(line.lower() == b"content-encoding: gzip" for line in lines):
            body = zlib.decompress(body, wbits=31)
        body = change(body)
        kept = [line for line in lines if not line.lower().startswith((b"content-length:", b"content-encoding:"))]
        call.send(b"\r\n".join([*kept, b"Content-Length: %d" % len(body), b"", body]))

    return fault


def void(_: object) -> None:
    """Nothing comes of it."""
