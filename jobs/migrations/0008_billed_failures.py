"""Some engines bill some failures."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0007_paid_again")]

    operations = [
        migrations.AddField(
            "avatarjob",
            "failure_is_billed",
            models.BooleanField(
                default=False,
                help_text="The engine bills this failure, or may: its hold was charged.",
            ),
        ),
    ]
