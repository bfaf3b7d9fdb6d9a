import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0002_engine_account_of_a_project"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="rule_number",
            field=models.PositiveIntegerField(default=1, editable=False, help_text="Counts the changes of its approval rule."),
        ),
        migrations.CreateModel(
            name="ApprovalStage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(default="Approval", max_length=60)),
                ("by_role", models.CharField(blank=True, choices=[("", "Only the people named below"), ("approver", "Every approver"), ("admin", "Every admin")], default="approver", max_length=10)),
                ("mode", models.CharField(choices=[("all", "All of them approve"), ("any", "Enough of them approve, whatever the others say"), ("veto", "Enough of them approve, and each can stop it")], default="veto", max_length=4)),
                ("approvals_needed", models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)])),
                ("due_working_days", models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)])),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("people", models.ManyToManyField(blank=True, related_name="approval_stages", to=settings.AUTH_USER_MODEL)),
                ("project", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="stages", to="projects.project")),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("removed_at", None)), fields=("project", "position"), name="stage_one_per_position"),
                    models.CheckConstraint(condition=models.Q(("mode__in", ["all", "any", "veto"]), ("by_role__in", ["", "approver", "admin"])), name="stage_rule_is_known"),
                    models.CheckConstraint(condition=models.Q(("approvals_needed__gte", 1)), name="stage_needs_an_approval"),
                    models.CheckConstraint(condition=models.Q(("due_working_days", None), ("due_working_days__gte", 1), _connector="OR"), name="stage_due_is_a_working_day_away"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="The rule's number since this change.")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("before", models.JSONField(help_text="Sentences, one for each stage.")),
                ("since", models.JSONField(help_text="Sentences, one for each stage.")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("project", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rule_changes", to="projects.project")),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("project", "number"), name="rule_number_once")],
            },
        ),
    ]
