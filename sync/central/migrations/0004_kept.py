"""Operations that did not enter."""

from pathlib import Path

from django.db import migrations, models

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = (("central", "0003_numbers"),)
    operations = (
        migrations.RunSQL((HERE / "0004_kept.sql").read_text("utf-8")),
        migrations.CreateModel(
            name="Answered",
            fields=[
                ("op", models.CharField("правка", max_length=100, primary_key=True, serialize=False)),
                ("login", models.CharField("кто", max_length=150)),
                ("verdict", models.JSONField("ответ сервера")),
                ("at", models.DateTimeField("когда")),
                ("operation", models.JSONField("правка целиком", null=True)),
            ],
            options={
                "verbose_name": "правка, которая не вошла",
                "verbose_name_plural": "правки, которые не вошли",
                "db_table": "answered",
                "ordering": ("-at",),
                "managed": False,
            },
        ),
    )
