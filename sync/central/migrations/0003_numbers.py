"""Numbers that the server gives."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = (("central", "0002_passwords"),)
    operations = (migrations.RunSQL((HERE / "0003_numbers.sql").read_text("utf-8")),)
