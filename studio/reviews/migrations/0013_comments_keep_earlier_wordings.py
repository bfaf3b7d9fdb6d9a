import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0012_comments_carry_drawings"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="EarlierWording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("until", models.DateTimeField()),
                ("comment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="earlier_wordings", to="reviews.comment")),
            ],
            options={
                "ordering": ["-until"],
            },
        ),
    ]
