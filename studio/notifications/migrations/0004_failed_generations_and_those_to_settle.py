"""What somebody is told of a failed generation is told of one that needs settling, too."""

from django.db import migrations, models

KINDS = [
    ("mention", "Somebody names you in a comment"),
    ("reply", "Somebody replies in a thread of yours, or a guest of yours comments"),
    ("waiting", "A version waits for your decision"),
    ("decided", "Somebody decides on a version of yours"),
    ("failed", "A generation of yours fails, or needs settling"),
    ("due", "A project or a decision of yours is due"),
]


class Migration(migrations.Migration):
    """Only words for people: nothing changes in the database."""

    dependencies = [("notifications", "0003_notifications_are_listed_by_time")]

    operations = [
        migrations.AlterField(
            "notification", "kind", models.CharField(choices=KINDS, max_length=10)
        ),
        migrations.AlterField("preference", "kind", models.CharField(choices=KINDS, max_length=10)),
    ]
