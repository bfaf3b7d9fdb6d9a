import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0009_people_have_looked_without_deciding"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="parent",
            field=models.ForeignKey(blank=True, help_text="The comment that began the thread.", null=True, on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="reviews.comment"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(condition=models.Q(("parent", None), ("resolved_at", None), _connector="OR"), name="comment_reply_is_not_resolved"),
        ),
    ]
