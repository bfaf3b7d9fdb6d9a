from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0010_comments_have_replies"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="category",
            field=models.CharField(blank=True, choices=[("image", "Image"), ("audio", "Audio"), ("prompt", "Prompt"), ("engine", "Engine")], max_length=6),
        ),
        migrations.AddField(
            model_name="comment",
            name="point",
            field=models.CharField(blank=True, choices=[("identity", "Identity"), ("lip_sync", "Lip-sync"), ("motion", "Motion"), ("camera", "Camera"), ("overall", "Overall")], max_length=8),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(condition=models.Q(("category__in", ["", "image", "audio", "prompt", "engine"]), ("point__in", ["", "identity", "lip_sync", "motion", "camera", "overall"])), name="comment_is_about_something_known"),
        ),
    ]
