"""Waiting jobs of an organisation can go first, or wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_handle_once_per_account")]

    operations = [
        migrations.AddField(
            "avatarjob",
            "priority",
            models.SmallIntegerField(
                choices=[(2, "Urgent"), (1, "Normal"), (0, "Can wait")], default=1
            ),
        ),
    ]
