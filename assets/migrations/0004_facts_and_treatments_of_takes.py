import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0003_facts_of_looks'),
    ]

    operations = [
        migrations.AddField(
            model_name='audiotake',
            name='facts',
            field=models.JSONField(blank=True, default=dict, help_text='Measured in the send copy.'),
        ),
        migrations.AddField(
            model_name='audiotake',
            name='is_draft',
            field=models.BooleanField(default=False, help_text='Made, but not used by anybody yet.'),
        ),
        migrations.AddField(
            model_name='audiotake',
            name='original',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='treated', to='assets.audiotake'),
        ),
        migrations.AddField(
            model_name='audiotake',
            name='treatment',
            field=models.JSONField(blank=True, default=dict, help_text='What was done to it.'),
        ),
        migrations.AddConstraint(
            model_name='audiotake',
            constraint=models.CheckConstraint(condition=models.Q(('is_draft', False), ('original__isnull', False), _connector='OR'), name='take_draft_was_made_from_another'),
        ),
    ]
