from django.db import migrations


def name_the_stage(apps, _schema_editor):
    """Before there were stages a project had one rule, which is its first stage now."""
    ApprovalStage = apps.get_model("projects", "ApprovalStage")
    Decision = apps.get_model("reviews", "Decision")
    first = ApprovalStage.objects.filter(removed_at=None, position=1)
    decided = Decision.objects.filter(stage=None).values("version__clip__project")
    for stage in first.filter(project__in=decided).iterator():
        there = Decision.objects.filter(stage=None, version__clip__project=stage.project_id)
        there.update(stage=stage)


class Migration(migrations.Migration):

    dependencies = [("reviews", "0003_decisions_are_given_in_a_stage")]

    operations = [migrations.RunPython(name_the_stage, migrations.RunPython.noop)]
