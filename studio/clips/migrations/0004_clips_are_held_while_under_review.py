import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("clips", "0003_prompt_history_and_view"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("held_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("release", models.CharField(blank=True, choices=[("decided", "Decided"), ("withdrawn", "Withdrawn from review"), ("replaced", "Replaced by a newer version")], max_length=9)),
                ("reason", models.TextField(blank=True, help_text="Why it was withdrawn.")),
                ("clip", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="clips.clip")),
                ("held_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("released_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["held_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("released_at", None)), fields=("clip",), name="hold_one_per_clip"),
                    models.CheckConstraint(condition=models.Q(models.Q(("release", ""), ("released_at", None)), models.Q(("release__in", ["decided", "withdrawn", "replaced"]), ("released_at__isnull", False)), _connector="OR"), name="hold_is_released_for_a_reason"),
                    models.CheckConstraint(condition=models.Q(models.Q(("release", "withdrawn"), _negated=True), models.Q(models.Q(("reason", ""), _negated=True), ("released_by__isnull", False)), _connector="OR"), name="hold_is_withdrawn_by_somebody_who_says_why"),
                ],
            },
        ),
    ]
