from django.db import migrations


def make_stages(apps, _schema_editor):
    """The number of approvals that a project asked for becomes its one stage.

    As it was: any approver, each of whom could stop a version.
    """
    Project = apps.get_model("projects", "Project")
    ApprovalStage = apps.get_model("projects", "ApprovalStage")
    without = Project.objects.filter(stages=None).values_list("pk", "approvals_needed")
    ApprovalStage.objects.bulk_create(
        (
            ApprovalStage(
                project_id=project, position=1, name="Approval", by_role="approver", mode="veto",
                approvals_needed=needed,
            )
            for project, needed in without.iterator()
        ),
        batch_size=500,
    )


def take_numbers_back(apps, _schema_editor):
    """Each project asks again for as many approvals as its first stage."""
    Project = apps.get_model("projects", "Project")
    ApprovalStage = apps.get_model("projects", "ApprovalStage")
    for stage in ApprovalStage.objects.filter(removed_at=None, position=1).iterator():
        Project.objects.filter(pk=stage.project_id).update(approvals_needed=stage.approvals_needed)


class Migration(migrations.Migration):

    dependencies = [("projects", "0003_rules_have_stages")]

    operations = [migrations.RunPython(make_stages, take_numbers_back)]
