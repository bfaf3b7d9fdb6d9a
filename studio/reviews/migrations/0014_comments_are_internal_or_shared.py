from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0013_comments_keep_earlier_wordings"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="is_shared",
            field=models.BooleanField(default=False, help_text="Guests see it too."),
        ),
    ]
