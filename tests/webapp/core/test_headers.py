"""Every answer keeps other sites away and is kept by no cache."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ALWAYS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/accounts/sign-in/", 200), ("/system/health", None), ("/nothing", 404), ("/api/nothing", 404),
     ("/library/", 302), ("/metrics", 302)],
)  # fmt: skip
def test_every_answer_has_the_headers(path, status):
    answer = Client().get(path)
    assert status is None or answer.status_code == status
    for name, part in ALWAYS.items():
        assert part in answer.headers.get(name, ""), (path, name)


def test_policy_lets_nothing_inline_run_and_nothing_foreign_load():
    policy = Client().get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_static_files_have_the_headers_and_allow_no_other_origin(settings, tmp_path):
    (tmp_path / "a.js").write_text("1")
    settings.STATIC_ROOT = tmp_path
    answer = Client().get("/static/a.js")
    assert b"".join(answer.streaming_content) == b"1"
    assert "Access-Control-Allow-Origin" not in answer.headers
    for name in set(ALWAYS) - {"Cache-Control"}:
        assert ALWAYS[name] in answer.headers.get(name, ""), name


def test_form_without_the_sites_token_is_refused_on_a_page_of_the_site():
    answer = Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "This page is not open to you" in answer.content.decode()
    assert "CSRF" not in answer.content.decode()


def test_other_host_names_are_refused(settings):
    settings.ALLOWED_HOSTS = ["reader.example.org"]
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400


def test_failure_tells_nothing_of_the_inside(monkeypatch):
    import webapp.config.urls as urls

    def broken(request):
        raise RuntimeError("secret words of the inside")

    monkeypatch.setattr(urls.urlpatterns[0], "callback", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "secret words" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
