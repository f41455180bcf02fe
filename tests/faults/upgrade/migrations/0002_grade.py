from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("upgrade", "0001_initial")]
    operations = [migrations.AddField("thing", "grade", models.IntegerField(db_default=0))]
