from django.db import migrations

from studies.guards import install


class Migration(migrations.Migration):
    """Puts the triggers on that keep a study's way and its readers' places."""

    dependencies = [("studies", "0004_signatures_leaks_invitations")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
