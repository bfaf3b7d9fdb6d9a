"""A handle is one job's within its account; and what an account's engine took lately is found fast."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_account_of_a_job")]

    operations = [
        migrations.RemoveConstraint("avatarjob", "job_handle_once"),
        migrations.AddConstraint(
            "avatarjob",
            models.UniqueConstraint(
                fields=["account", "handle"], condition=~Q(handle=""), name="job_handle_once"
            ),
        ),
        migrations.AddIndex(
            "avatarjob",
            models.Index(
                fields=["account", "-done_at"],
                condition=Q(done_at__isnull=False),
                name="job_done_lately",
            ),
        ),
    ]
