from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("projects", "0004_each_project_has_a_stage")]

    operations = [
        migrations.RemoveConstraint(model_name="project", name="project_needs_an_approval"),
        migrations.RemoveField(model_name="project", name="approvals_needed"),
    ]
