"""Hashed names of scripts that import each other."""

from __future__ import annotations

import re

from webapp.core.static import HashedStaticFilesStorage

LONGEST = 15


def test_a_long_chain_of_imports_is_hashed_to_its_end(tmp_path):
    for number in range(LONGEST):
        # Named so that each script is read before what it imports: the worst order.
        text = f'import "./m{number + 1:02}.js";\n' if number < LONGEST - 1 else "export {};\n"
        (tmp_path / f"m{number:02}.js").write_text(text)
    storage = HashedStaticFilesStorage(location=str(tmp_path), base_url="/static/")
    names = [f"m{number:02}.js" for number in range(LONGEST)]
    problems = [
        result
        for _, _, result in storage.post_process({name: (storage, name) for name in names})
        if result is not True
    ]
    assert [problem for problem in problems if isinstance(problem, Exception)] == []
    for number, name in enumerate(names[:-1]):
        text = (tmp_path / storage.stored_name(name)).read_text()
        (imported,) = re.findall(r'"\./(.+)"', text)
        assert imported == storage.stored_name(names[number + 1]).split("/")[-1]
