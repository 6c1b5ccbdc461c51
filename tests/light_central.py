"""`python -m sync.central`, but hashing passwords with the least work: at full work a login is a quarter of a second
of the processor, and tests log in hundreds of times. Commands of the server hash at full work, as ever."""

from django.contrib.auth.hashers import ScryptPasswordHasher


def lighten() -> None:
    """In this process."""
    ScryptPasswordHasher.work_factor, ScryptPasswordHasher.parallelism = 2, 1


if __name__ == "__main__":
    from sync.central.__main__ import main

    lighten()
    raise SystemExit(main())
