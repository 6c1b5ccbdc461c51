"""Users of the central server as the command line makes them."""

from django.contrib.auth import get_user_model
from django.db import transaction

from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.roles import ROLES, role
from sync.central.models import Profile


@transaction.atomic
def put_user(
    login: str, role_word: str, password: str, organisation: str = "", name: str = "", hashed: str = ""
) -> dict[str, str]:
    """Create a user or bring him to this role, password and organisation; what he is now.

    `hashed`: the password's hash, if the caller has it already.
    """
    found = role(role_word)
    if found is None:
        raise Refused(f"Нет роли «{role_word}». Есть: " + ", ".join(f"{one.key} ({one.title})" for one in ROLES) + ".")
    if not login or len(login) > 150 or not login.isprintable():
        raise Refused("Имя для входа должно быть от 1 до 150 видимых знаков.")
    if not password:
        raise Refused("Пароль пуст: задайте его в CITYMANAGER_PASSWORD.")
    user, _made = get_user_model().objects.get_or_create(username=login)
    if hashed:
        user.password = hashed
    else:
        user.set_password(password)
    user.is_active = True
    user.is_staff = user.is_superuser = found.key == "admin"
    if name:
        user.last_name = name[:150]
    user.save()
    fp("central.user")
    Profile.objects.update_or_create(user=user, defaults={"role": found.key, "organisation": organisation})
    return {"login": login, "role": found.key, "organisation": organisation, "name": user.get_full_name() or login}
