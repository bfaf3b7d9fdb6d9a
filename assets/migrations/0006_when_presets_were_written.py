from django.db import migrations
from django.db.models import F


def since_they_were_made(apps, schema_editor):
    """Until now a preset was as it was made; nobody knows of a later change."""
    apps.get_model("assets", "Preset").objects.update(
        changed_at=F("created_at"), changed_by=F("created_by")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0005_versions_of_presets'),
    ]

    operations = [
        migrations.RunPython(since_they_were_made, migrations.RunPython.noop),
    ]
