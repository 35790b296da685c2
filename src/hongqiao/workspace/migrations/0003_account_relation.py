from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workspace', '0002_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='relation',
            field=models.CharField(choices=[('own', '自有'), ('competitor', '竞品')], default='own', max_length=16),
        ),
    ]
