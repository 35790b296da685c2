from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0004_own_metrics")]

    operations = [
        migrations.AddField(model_name="alertrule", name="members", field=models.JSONField(default=list)),
    ]
