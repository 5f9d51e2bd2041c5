"""A card of a bundle, people, and a picture, for the tests of generation."""

from __future__ import annotations

import numpy as np
import pytest

from webapp.accounts.models import Role, User
from webapp.generation.engine import Picture
from webapp.generation.parameters import BundleCard
from webapp.generation.services.requests import request_create


@pytest.fixture
def card() -> BundleCard:
    """A bundle with two labels."""
    return BundleCard(
        name="tiny",
        digest="d" * 64,
        size=64,
        patch_size=16,
        vocabulary={"birads": ("1", "2", "4"), "view": ("CC", "MLO")},
        sampler="dpmpp_2m",
        steps=10,
        guidance=1.0,
        pixel_spacing_mm=0.4,
        license="Apache-2.0",
        data="phantoms",
        code_version="0.1.0",
    )


@pytest.fixture
def person(db) -> User:
    """Somebody who may ask for pictures."""
    return User.objects.create_user("ada", password="a-long-password", role=Role.DEMO)


@pytest.fixture
def stranger(db) -> User:
    """Another person who may ask for pictures."""
    return User.objects.create_user("ben", password="a-long-password", role=Role.DEMO)


@pytest.fixture
def boss(db) -> User:
    """A study admin."""
    return User.objects.create_user("eve", password="a-long-password", role=Role.ADMIN)


@pytest.fixture
def reader(db) -> User:
    """A reader, who may not ask for pictures."""
    return User.objects.create_user("kim", password="a-long-password", role=Role.READER)


@pytest.fixture
def queued(person, card):
    """A request that waits."""
    return request_create(user=person, card=card, raw={"birads": "4", "view": "MLO", "seed": "7"})


@pytest.fixture
def picture() -> Picture:
    """A picture with a bright half, as the engine would leave it."""
    pixels = np.zeros((64, 64), np.uint16)
    pixels[:, :30] = np.linspace(800, 3000, 30, dtype=np.uint16)
    return Picture(pixels, 12, 0.4)
