from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0011_comments_name_what_they_are_about"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="drawing",
            field=models.JSONField(blank=True, help_text="Shapes on the picture at `frame`; null: none.", null=True),
        ),
        migrations.AlterField(
            model_name="comment",
            name="text",
            field=models.TextField(blank=True),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("text", ""), _negated=True), ("drawing__isnull", False), _connector="OR"), name="comment_says_something"),
        ),
    ]
