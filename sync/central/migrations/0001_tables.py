"""The first tables."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from citymanager.roles import ROLES

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    initial = True
    dependencies = (
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.RunSQL((HERE / "0001_feed.sql").read_text("utf-8")),
        migrations.RunSQL((HERE / "0001_service.sql").read_text("utf-8")),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("module", models.CharField("раздел", max_length=100, db_collation="C")),
                ("id", models.CharField("запись", max_length=100, db_collation="C")),
                ("version", models.BigIntegerField("версия", default=0, editable=False)),
                ("seq", models.BigIntegerField("место в ленте", default=0, editable=False)),
                ("deleted", models.BooleanField("удалена", default=False)),
                ("data", models.JSONField("данные", default=dict)),
                ("by", models.CharField("кем", default="", editable=False, max_length=150)),
                ("at", models.DateTimeField("когда", auto_now=True)),
                ("past", models.JSONField("бывшие исполнители", default=dict, editable=False)),
            ],
            options={
                "verbose_name": "запись",
                "verbose_name_plural": "записи",
                "db_table": "records",
                "ordering": ("-seq",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="History",
            fields=[
                ("seq", models.BigIntegerField("место в ленте", primary_key=True, serialize=False)),
                ("module", models.CharField("раздел", max_length=100)),
                ("id", models.CharField("запись", max_length=100)),
                ("version", models.BigIntegerField("версия")),
                ("deleted", models.BooleanField("удалена")),
                ("set", models.JSONField("изменено")),
                ("by", models.CharField("кем", max_length=150)),
                ("station", models.CharField("рабочее место", max_length=100)),
                ("at", models.DateTimeField("когда")),
            ],
            options={
                "verbose_name": "изменение",
                "verbose_name_plural": "история изменений",
                "db_table": "history",
                "ordering": ("-seq",),
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="profile",
                        serialize=False,
                    ),
                ),
                ("role", models.CharField("роль", max_length=20, choices=[(one.key, one.title) for one in ROLES])),
                ("organisation", models.CharField("организация", blank=True, default="", max_length=100)),
            ],
            options={
                "verbose_name": "роль в городе",
                "verbose_name_plural": "роли в городе",
                "db_table": "profiles",
            },
        ),
        migrations.CreateModel(
            name="Station",
            fields=[
                ("block", models.AutoField("блок", primary_key=True, serialize=False)),
                ("uuid", models.CharField("установка", max_length=100, unique=True, editable=False)),
                ("name", models.CharField("где стоит", blank=True, default="", max_length=200)),
                ("first", models.DateTimeField("первый вход", auto_now_add=True)),
                ("last", models.DateTimeField("последний вход", auto_now=True)),
            ],
            options={
                "verbose_name": "рабочее место",
                "verbose_name_plural": "рабочие места",
                "db_table": "stations",
                "ordering": ("block",),
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("hash", models.CharField(editable=False, max_length=64, primary_key=True, serialize=False)),
                ("created", models.DateTimeField("выдан", auto_now_add=True)),
                ("revoked", models.BooleanField("отозван", default=False)),
                (
                    "station",
                    models.ForeignKey("central.station", models.CASCADE, verbose_name="рабочее место"),
                ),
                (
                    "user",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="пользователь"),
                ),
            ],
            options={
                "verbose_name": "вход",
                "verbose_name_plural": "входы",
                "db_table": "tokens",
                "ordering": ("-created",),
            },
        ),
    )
