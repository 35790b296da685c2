"""A zip may come with the moment at which its files were downloaded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0003_wanted_file")]

    operations = [
        migrations.AddField("importbundle", "captured_at", models.DateTimeField(blank=True, null=True)),
    ]
