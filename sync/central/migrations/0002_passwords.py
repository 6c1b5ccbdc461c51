"""Passwords and the tokens that they gave."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = (("central", "0001_tables"),)
    operations = (migrations.RunSQL((HERE / "0002_passwords.sql").read_text("utf-8")),)
