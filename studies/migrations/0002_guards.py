from django.db import migrations

from studies.guards import install, remove


class Migration(migrations.Migration):
    dependencies = [("studies", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
