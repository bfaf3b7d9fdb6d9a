import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0002_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='look',
            name='art_style',
            field=models.CharField(blank=True, choices=[('photo', 'Photograph'), ('anime', 'Anime or manga'), ('cartoon', 'Cartoon or comic'), ('painting', 'Painting or illustration'), ('render', '3D render'), ('other', 'Something else')], max_length=10),
        ),
        migrations.AddField(
            model_name='look',
            name='facts',
            field=models.JSONField(blank=True, default=dict, help_text='Measured in the picture.'),
        ),
        migrations.AddField(
            model_name='look',
            name='mascot_at',
            field=models.DateTimeField(blank=True, help_text='Said to be no person.', null=True),
        ),
        migrations.AddField(
            model_name='look',
            name='mascot_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
