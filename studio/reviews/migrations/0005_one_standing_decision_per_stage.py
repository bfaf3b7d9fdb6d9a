import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("reviews", "0004_earlier_decisions_were_given_in_the_first_stage")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="stage",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="projects.approvalstage"),
        ),
        migrations.RemoveConstraint(model_name="decision", name="decision_one_standing_per_person"),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(condition=models.Q(("withdrawn_at", None)), fields=("version", "by", "stage"), name="decision_one_standing_per_stage"),
        ),
    ]
