import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0007_what_was_decided_before_and_what_waits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verdict", models.CharField(choices=[("fixed", "Fixed"), ("not_fixed", "Not fixed")], max_length=9)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("comment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="verifications", to="reviews.comment")),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="verifications", to="jobs.version")),
            ],
            options={
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["version", "at"], name="verification_of_version")],
                "constraints": [models.CheckConstraint(condition=models.Q(("verdict__in", ["fixed", "not_fixed"])), name="verification_verdict_is_known")],
            },
        ),
    ]
