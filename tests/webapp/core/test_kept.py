"""Files that pass from host to host through a store, and lie on the one disk where there is none."""

from __future__ import annotations

import pytest

from webapp.core.errors import StorageError
from webapp.core.kept import kept_bring, kept_path, kept_remove, kept_save, kept_times

NAME = "tables/one.csv"


def write(text):
    path = kept_path(NAME)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    kept_save(NAME)


def test_another_host_finds_what_one_has_written(hosts, new_bucket):
    write("first")
    assert [item.key for item in new_bucket.objects.all()] == [f"site/{NAME}"]
    hosts("b")
    assert not kept_path(NAME).exists()
    assert set(kept_times("tables")) == {"one.csv"}
    assert kept_bring(NAME).read_text() == "first"
    assert list(kept_path("tables").iterdir()) == [kept_path(NAME)]  # no draft is left


def test_newer_file_of_another_host_is_brought_when_asked_for(hosts):
    write("old")
    hosts("b")
    write("new")
    hosts("a")
    assert kept_bring(NAME).read_text() == "old"
    assert kept_bring(NAME, again=True).read_text() == "new"


def test_removed_file_is_gone_for_all(hosts, new_bucket):
    write("x")
    hosts("b")
    kept_remove(NAME)
    assert list(new_bucket.objects.all()) == []
    assert not kept_bring(NAME).exists()
    hosts("a")
    assert kept_bring(NAME, again=True).exists()  # what a host has here it keeps until it removes it itself


def test_store_that_is_away_is_told_and_what_is_here_is_read(hosts, store_away):
    write("x")
    store_away()
    assert kept_bring(NAME).read_text() == "x"
    assert set(kept_times("tables")) == {"one.csv"}
    with pytest.raises(StorageError, match="can't be reached"):
        kept_save(NAME)
    with pytest.raises(StorageError, match="can't be reached"):
        kept_bring("tables/other.csv")
    kept_remove(NAME)
    assert not kept_path(NAME).exists()


def test_without_a_store_the_disk_is_all(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {name: value for name, value in settings.STORAGES.items() if name != "kept"}
    assert kept_times("tables") == {}
    write("x")
    assert kept_bring(NAME, again=True).read_text() == "x"
    assert set(kept_times("tables")) == {"one.csv"}
    kept_remove(NAME)
    assert not kept_bring(NAME).exists()
