"""Why a server's certificate was not accepted, in Russian: most often it is this computer's clock that is wrong."""

import ssl
from datetime import datetime

_TIME = {9: "его срок ещё не начался", 10: "его срок истёк"}
_OTHER = {
    18: "он подписан сам собой", 19: "его выдал неизвестный центр", 20: "его выдал неизвестный центр",
    21: "его выдал неизвестный центр", 62: "он выдан для другого адреса", 64: "он выдан для другого адреса",
}  # fmt: skip
"""By the codes of OpenSSL's X509_V_ERR_…"""


def refusal(address: str, error: BaseException, now: datetime) -> str:
    """What to tell of a TLS connection that failed; `now` by this computer's clock."""
    cause = _verification(error)
    if cause is None:
        return (
            f"Защищённое соединение с сервером {address} не установлено. Проверьте адрес или сообщите администратору."
        )
    if cause.verify_code in _TIME:
        return (
            f"Сертификат сервера {address} не принят: {_TIME[cause.verify_code]}. Проверьте часы этого компьютера:"
            f" они показывают {now.astimezone():%d.%m.%Y %H:%M}. Если часы верны, сообщите администратору."
        )
    why = _OTHER.get(cause.verify_code, "проверка не пройдена")
    return f"Сертификат сервера {address} не принят: {why}. Проверьте адрес сервера или сообщите администратору."


def _verification(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """The verdict on the certificate among the causes of an error, where there is one."""
    cause: BaseException | None = error
    while cause is not None:
        for one in (cause, *cause.args):
            if isinstance(one, ssl.SSLCertVerificationError):
                return one
        cause = getattr(cause.args[0], "reason", None) if cause.args else None
    return None
