"""Backup and restore of the whole site: database, tile packs, and the proof that both are what they were."""
