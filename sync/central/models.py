"""The server's tables as Django and its admin see them. What keeps their order is SQL."""

from django.conf import settings
from django.db import models

from citymanager.roles import ROLES


class Record(models.Model):
    """A record of any module as it stands; triggers number it, count its versions and write its history."""

    row = models.BigAutoField(primary_key=True)
    module = models.CharField("раздел", max_length=100, db_collation="C")
    id = models.CharField("запись", max_length=100, db_collation="C")
    version = models.BigIntegerField("версия", default=0, editable=False)
    seq = models.BigIntegerField("место в ленте", default=0, editable=False)
    deleted = models.BooleanField("удалена", default=False)
    data = models.JSONField("данные", default=dict)
    by = models.CharField("кем", max_length=150, default="", editable=False)
    at = models.DateTimeField("когда", auto_now=True)
    past = models.JSONField("бывшие исполнители", default=dict, editable=False)

    class Meta:
        db_table = "records"
        managed = False
        verbose_name, verbose_name_plural = "запись", "записи"
        ordering = ("-seq",)

    def __str__(self) -> str:
        return f"{self.module} / {self.id}"


class History(models.Model):
    """One accepted change of a record: who, when, what."""

    seq = models.BigIntegerField("место в ленте", primary_key=True)
    module = models.CharField("раздел", max_length=100)
    id = models.CharField("запись", max_length=100)
    version = models.BigIntegerField("версия")
    deleted = models.BooleanField("удалена")
    set = models.JSONField("изменено")
    by = models.CharField("кем", max_length=150)
    station = models.CharField("рабочее место", max_length=100)
    at = models.DateTimeField("когда")

    class Meta:
        db_table = "history"
        managed = False
        verbose_name, verbose_name_plural = "изменение", "история изменений"
        ordering = ("-seq",)

    def __str__(self) -> str:
        return f"{self.module} / {self.id}, версия {self.version}"


class Answered(models.Model):
    """An operation that did not enter its record as it was made, and what was said of it."""

    op = models.CharField("правка", max_length=100, primary_key=True)
    login = models.CharField("кто", max_length=150)
    verdict = models.JSONField("ответ сервера")
    at = models.DateTimeField("когда")
    operation = models.JSONField("правка целиком", null=True)

    class Meta:
        db_table = "answered"
        managed = False
        verbose_name, verbose_name_plural = "правка, которая не вошла", "правки, которые не вошли"
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.operation['module']} / {self.operation['id']}" if self.operation else self.op


class Profile(models.Model):
    """What a person is in the city: his role, and for an executor his organisation."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="profile")
    role = models.CharField("роль", max_length=20, choices=[(one.key, one.title) for one in ROLES])
    organisation = models.CharField("организация", max_length=100, blank=True, default="")

    class Meta:
        db_table = "profiles"
        verbose_name, verbose_name_plural = "роль в городе", "роли в городе"

    def __str__(self) -> str:
        return str(self.get_role_display())


class Station(models.Model):
    """An installation of the workstation, and the block that its numbers begin with."""

    block = models.AutoField("блок", primary_key=True)
    uuid = models.CharField("установка", max_length=100, unique=True, editable=False)
    name = models.CharField("где стоит", max_length=200, blank=True, default="")
    first = models.DateTimeField("первый вход", auto_now_add=True)
    last = models.DateTimeField("последний вход", auto_now=True)

    class Meta:
        db_table = "stations"
        verbose_name, verbose_name_plural = "рабочее место", "рабочие места"
        ordering = ("block",)

    def __str__(self) -> str:
        return f"{self.label} {self.name}".strip()

    @property
    def label(self) -> str:
        return f"К{self.block}"


class Token(models.Model):
    """The right of one station to speak for one person until it is revoked; only its hash is kept."""

    hash = models.CharField(max_length=64, primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="пользователь")
    station = models.ForeignKey(Station, models.CASCADE, verbose_name="рабочее место")
    created = models.DateTimeField("выдан", auto_now_add=True)
    revoked = models.BooleanField("отозван", default=False)

    class Meta:
        db_table = "tokens"
        verbose_name, verbose_name_plural = "вход", "входы"
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.user}, {self.station}"
