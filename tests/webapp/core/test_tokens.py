"""Tokens and signatures."""

import re

from webapp.core.tokens import TOKEN_LENGTH, random_token, same, signature


def test_random_token_is_22_url_safe_characters_and_never_repeats():
    tokens = {random_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[\w-]{22}", token) for token in tokens)
    assert not any(token.startswith("-") for token in tokens)  # a command took it for an option
    assert TOKEN_LENGTH == 22


def test_signature_depends_on_every_part_and_on_the_key():
    base = signature(b"key", "alias", "1", "binding")
    assert len(base) == TOKEN_LENGTH
    others = [
        signature(b"other", "alias", "1", "binding"),
        signature(b"key", "alias2", "1", "binding"),
        signature(b"key", "alias", "2", "binding"),
        signature(b"key", "alias", "1", "bindin"),
    ]
    assert base not in others


def test_same_compares_non_ascii_text_without_an_error():
    assert same("abc", "abc")
    assert not same("abc", "äbc")
