"""Where former feeds parted from ours."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = (("central", "0004_kept"),)
    operations = (migrations.RunSQL((HERE / "0005_forks.sql").read_text("utf-8")),)
