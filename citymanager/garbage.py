"""Python's cyclic garbage, collected on the window's own thread only.

Left to itself the collector runs on whichever thread happens to allocate. A reader that finds a dead widget there takes
it apart under Qt's locks while the window's thread waits for one of them and holds the interpreter: neither goes on
ever again, or the process dies. Seen once in some ten hours of tests; the stacks named both threads.
"""

import gc


def keep_to_one_thread() -> None:
    """From now on garbage is collected only where `tidy` is called."""
    gc.disable()


def tidy() -> None:
    """Collect the oldest generation that is due, as the collector itself would. For the window's thread."""
    due = [
        age for age, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
    ]
    if due:
        gc.collect(due[-1])
