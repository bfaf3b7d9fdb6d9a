from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("reviews", "0024_comments_are_found_by_time")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="stage_name",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
    ]
