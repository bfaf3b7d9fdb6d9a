"""A job names the account that pays it; until now every engine had one, of the engine's name."""

from django.db import migrations, models
from django.db.models import F


def name_accounts(apps, schema_editor):
    apps.get_model("jobs", "AvatarJob").objects.update(account=F("engine"))


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_initial")]

    operations = [
        migrations.AddField(
            "avatarjob",
            "account",
            models.CharField(
                default="", max_length=40, help_text="Of those in the settings; it pays."
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            "avatarjob",
            "engine",
            models.CharField(help_text="The kind of the account's engine.", max_length=40),
        ),
        migrations.AlterField("avatarjob", "handle", models.CharField(blank=True, max_length=600)),
        migrations.RunPython(name_accounts, migrations.RunPython.noop),
    ]
