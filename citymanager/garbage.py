"""Python's cyclic garbage, collected on the window's own thread only.

Left to itself the collector runs on whichever thread happens to allocate. A reader that finds a dead widget there takes
it apart under Qt's locks while the window's thread waits for one of them and holds the interpreter: neither goes on
ever again, or the process dies. Seen once in some ten hours of tests; the stacks named both threads.
"""

import gc

SELDOM = 70_000
"""Containers made, less those gone, after which garbage is looked for; Python's own figure is 700."""


def keep_to_one_thread() -> None:
    """From now on garbage is collected only where `tidy` is called."""
    gc.disable()


def seldom() -> None:
    """Look for garbage a hundred times less often: for a command that reads page upon page, of which nothing is left.

    What pages are made of dies by itself; looking for circles in it took a sixth of a first load.
    """
    gc.set_threshold(SELDOM)


def tidy() -> None:
    """Collect the oldest generation that is due, as the collector itself would. For the window's thread."""
    due = [
        age for age, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
    ]
    if due:
        gc.collect(due[-1])
