from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0015_comments_mention_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="sent_key",
            field=models.UUIDField(blank=True, editable=False, help_text="The sender's own: what is sent twice is kept once.", null=True),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(fields=("author", "sent_key"), name="comment_sent_once"),
        ),
    ]
