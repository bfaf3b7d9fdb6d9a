"""A lost order can be paid again, once; the new job names the one it stands in for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0006_accounts_and_callbacks")]

    operations = [
        migrations.AddField(
            "avatarjob",
            "replaces",
            models.OneToOneField(
                blank=True,
                help_text="The lost order that this one pays again for: once.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="jobs.avatarjob",
            ),
        ),
    ]
