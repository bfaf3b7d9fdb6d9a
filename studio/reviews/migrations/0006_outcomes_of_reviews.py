import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("jobs", "0013_animatics"),
        ("reviews", "0005_one_standing_decision_per_stage"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version_sha256", models.CharField(max_length=64)),
                ("result", models.CharField(choices=[("approved", "Approved"), ("changes", "Changes requested"), ("rejected", "Rejected")], max_length=8)),
                ("rule_number", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("decision", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="reviews.decision")),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="jobs.version")),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("ended_at", None)), fields=("version",), name="outcome_one_per_version"),
                    models.CheckConstraint(condition=models.Q(("result__in", ["approved", "changes", "rejected"])), name="outcome_result_is_known"),
                ],
            },
        ),
    ]
