"""Static files under hashed names, ES module imports included."""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFilesStorage(ManifestStaticFilesStorage):
    """Hashes names and rewrites `import` paths, so that every script may be cached for ever."""

    support_js_module_import_aggregation = True
