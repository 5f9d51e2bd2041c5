"""How often a person, and an address, may call generation in a minute.

Counted in Redis, so that all web processes count together. When Redis is away everybody passes: quotas in the
database hold all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from time import time

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from webapp.core.errors import QuotaError
from webapp.core.http import domain_error_response

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PLACES = ("/generate/", "/api/generation/")
FREE = "/generate/batches/"  # study admins sort pictures there, a key a decision
WINDOW_S = 60
PEOPLE_PER_ADDRESS = 4
"""A clinic stands behind one address: it may call as often as so many people."""
ANSWER_S = 0.5


def address_digest(request: HttpRequest) -> str:
    """Return what an address is counted by: a digest keyed by the site's secret, from which nobody reads it."""
    address = request.META.get("REMOTE_ADDR", "")
    return salted_hmac("webapp.generation.address", address, algorithm="sha256").hexdigest()[:32]


def rate_limit(get_response: GetResponse) -> GetResponse:
    """Refuse with 429 who calls generation's addresses too often; asking is counted apart from looking."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PLACES) or request.path.startswith(FREE):
            return get_response(request)
        kind = "calls_minute" if request.method in SAFE else "asks_minute"
        most = settings.GENERATION_LIMITS[kind]
        left = _refused_for(request, kind, most) if most else 0
        if not left:
            return get_response(request)
        what = "calls" if kind == "calls_minute" else "requests"
        message = f"More than {most} {what} in a minute came from you. Go on in {left} s."
        return domain_error_response(request, QuotaError(message, retry_after_s=left))

    return middleware


def _refused_for(request: HttpRequest, kind: str, most: int) -> int:
    """Count this call; return for how many seconds it and the next ones are refused, 0 if they are not."""
    now = time()
    window, left = int(now // WINDOW_S), WINDOW_S - int(now % WINDOW_S)
    allowed = {f"address:{address_digest(request)}": most * PEOPLE_PER_ADDRESS}
    if request.user.is_authenticated:
        allowed[f"person:{request.user.pk}"] = most
    try:
        with _client(settings.CELERY_BROKER_URL).pipeline(transaction=False) as pipe:
            for who in allowed:
                key = f"mambo:rate:{kind}:{who}:{window}"
                pipe.incr(key)
                pipe.expire(key, 2 * WINDOW_S)
            counts = pipe.execute()[::2]
    except redis.RedisError as error:
        logger.warning("calls are not counted, Redis is away: %s", error)
        return 0
    return left if any(count > limit for count, limit in zip(counts, allowed.values(), strict=True)) else 0


@lru_cache(maxsize=1)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S)
