"""Static files under hashed names, ES module imports included."""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFilesStorage(ManifestStaticFilesStorage):
    """Hashes names and rewrites `import` paths, so that every script may be cached for ever."""

    support_js_module_import_aggregation = True
    # A script's name follows its content, and so the names of what it imports: a pass for each step of the longest
    # chain of imports. Passes end as soon as nothing changes; Django's 5 are too few for a page over its features.
    max_post_process_passes = 20
