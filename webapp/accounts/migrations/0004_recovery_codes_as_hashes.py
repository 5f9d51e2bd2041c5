"""Recovery codes were kept as they are; from now on their hashes are."""

import base64
import hashlib

from django.db import migrations


def hash_codes(apps, schema_editor):
    """Put the hash in place of each code, as `second_factor.kept_code` makes it."""
    for row in apps.get_model("otp_static", "StaticToken").objects.all():
        plain = row.token.replace("-", "").lower()
        digest = hashlib.sha256(b"mambo recovery code|" + plain.encode()).digest()
        row.token = base64.urlsafe_b64encode(digest[:12]).decode()
        row.save(update_fields=["token"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_sessions_and_tries"),
        ("otp_static", "0003_add_timestamps"),
    ]

    operations = [migrations.RunPython(hash_codes, migrations.RunPython.noop)]
