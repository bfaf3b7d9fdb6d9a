from django.db import migrations, models


class Migration(migrations.Migration):
    """What may be laid aside is looked for every few seconds, among all that was ever told."""

    dependencies = [("notifications", "0004_failed_generations_and_those_to_settle")]

    operations = [
        migrations.AddIndex(
            "notification",
            models.Index(
                fields=["kind"], name="notification_unread", condition=models.Q(read_at=None)
            ),
        ),
    ]
