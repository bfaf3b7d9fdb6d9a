from django.db import migrations
from django.db.models import OuterRef, Subquery


def keep_the_name(apps, _schema_editor):
    """What a stage was called before is nowhere kept: from now on at least nothing changes it."""
    ApprovalStage = apps.get_model("projects", "ApprovalStage")
    Decision = apps.get_model("reviews", "Decision")
    name = ApprovalStage.objects.filter(pk=OuterRef("stage")).values("name")
    Decision.objects.filter(stage_name="").update(stage_name=Subquery(name))


class Migration(migrations.Migration):

    dependencies = [("reviews", "0025_decisions_keep_the_name_of_their_stage")]

    operations = [migrations.RunPython(keep_the_name, migrations.RunPython.noop)]
