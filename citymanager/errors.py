"""The few errors of the program; each answers what the user should do. Messages are Russian, causes go to the log."""

import errno
from collections.abc import Mapping

_SYSTEM: Mapping[int | None, str] = {
    errno.ENOENT: "такого пути нет", errno.ENOTDIR: "путь ведёт через файл, а не через папку",
    errno.EISDIR: "это папка", errno.EEXIST: "там уже есть файл с этим именем",
    errno.EACCES: "нет прав", errno.EPERM: "нет прав", errno.EROFS: "диск открыт только для чтения",
    errno.ENOSPC: "на диске нет места", errno.EDQUOT: "исчерпано место, отведённое на диске",
    errno.EFBIG: "файл слишком велик", errno.EIO: "диск не отвечает или неисправен",
    errno.ENAMETOOLONG: "имя слишком длинное",
    errno.EADDRINUSE: "он уже занят", errno.EADDRNOTAVAIL: "у этого компьютера такого адреса нет",
}  # fmt: skip


class CityError(Exception):
    """An error that is told to a person as it stands: `str(error)` is a whole Russian sentence."""


class NoLink(CityError):
    """The server does not answer now. Wait: the work goes on from the cache."""


class Refused(CityError):
    """The act is not allowed, or its data are wrong: the message says what is wrong and what to do."""


class Damaged(CityError):
    """A file of the profile can't be read: it is set aside and restored, never deleted."""


class ReadOnly(CityError):
    """The profile can't be written: another program holds it, the disk is full or has no rights."""


class Bug(CityError):
    """The program itself is wrong: report it."""


def why(error: OSError) -> str:
    """Why the system has refused, in Russian where it is one of the usual reasons."""
    return _SYSTEM.get(error.errno) or error.strerror or str(error)
