import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0005_the_number_of_approvals_is_in_the_stage"),
        ("reviews", "0002_comments_on_animatics"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="stage",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="projects.approvalstage"),
        ),
        migrations.AddField(
            model_name="decision",
            name="due_on",
            field=models.DateField(blank=True, null=True),
        ),
    ]
