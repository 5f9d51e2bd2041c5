"""Sizes and names of the house, and the door that keeps torch out of the web process."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("mambo_engine", "webapp", "studies", "devkit", "bench")
LIMIT_PY, LIMIT_FUNCTION, LIMIT_JS, LIMIT_PAGE_JS, LIMIT_TEMPLATE, LIMIT_CSS = 400, 50, 200, 60, 120, 1200
NAMELESS = re.compile(r"^(utils?|helpers?|misc|common)(_|\.|$)")


def python_files() -> list[Path]:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts and "__pycache__" not in path.parts]


def too_long(paths: list[Path], limit: int) -> list[str]:
    sizes = [(len(path.read_text().splitlines()), path) for path in paths]
    return [f"{path.relative_to(ROOT)}: {size} lines, limit {limit}" for size, path in sizes if size > limit]


def test_python_files_stay_below_the_limit() -> None:
    assert too_long(python_files(), LIMIT_PY) == []


def test_functions_fit_a_screen() -> None:
    found = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body
                documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
                start = body[1] if documented and len(body) > 1 else body[0]
                lines = (node.end_lineno or 0) - start.lineno + 1
                if lines > LIMIT_FUNCTION:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines")
    assert found == []


def test_scripts_and_templates_stay_below_their_limits() -> None:
    scripts = list((ROOT / "static" / "js").rglob("*.js"))
    pages = [path for path in scripts if path.parent.name == "pages"]
    rest = [path for path in scripts if path.parent.name != "pages"]
    templates = list((ROOT / "templates").rglob("*.html"))
    assert too_long(pages, LIMIT_PAGE_JS) == []
    assert too_long(rest, LIMIT_JS) == []
    assert too_long(templates, LIMIT_TEMPLATE) == []


def test_stylesheets_together_stay_small() -> None:
    lines = sum(len(path.read_text().splitlines()) for path in (ROOT / "static" / "css").glob("*.css"))
    assert lines <= LIMIT_CSS


def test_colors_live_in_the_tokens_alone() -> None:
    color = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(")
    sheets = [path for path in (ROOT / "static" / "css").glob("*.css") if path.name != "tokens.css"]
    found = [
        f"{path.name}:{number}"
        for path in sheets
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if color.search(line)
    ]
    assert found == []


def test_templates_hold_no_inline_script_or_style() -> None:
    bad = re.compile(r"\sstyle=|<style|\son\w+=\"|<script(?![^>]*\b(src|type=\"application/json\"))[^>]*>")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if bad.search(path.read_text())
    ]
    assert found == []


def test_no_room_is_nameless() -> None:
    places = [path for room in (*ROOMS, "static", "templates", "tests") for path in (ROOT / room).rglob("*")]
    assert [str(path.relative_to(ROOT)) for path in places if NAMELESS.match(path.name)] == []


def test_one_script_takes_openseadragon_from_the_page() -> None:
    taken = re.compile(r"(window|globalThis|self)\)?\.OpenSeadragon\b")
    scripts = (ROOT / "static" / "js").rglob("*.js")
    assert [path.name for path in scripts if taken.search(path.read_text())] == ["openseadragon.js"]


@pytest.mark.flow
def test_web_process_never_imports_torch() -> None:
    code = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "import webapp.config.asgi; heavy = {'torch', 'mambo_engine'};"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in heavy))"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "webapp.config.settings.test"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
