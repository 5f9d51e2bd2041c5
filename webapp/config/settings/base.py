"""Settings shared by the demo, the tests and production. Nothing here is secret or specific to a place."""

from __future__ import annotations

import datetime
from pathlib import Path

from webapp.config import env
from webapp.core.logs import FORMATS, logging_settings

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = env.directory("MAMBO_DATA_DIR", BASE_DIR / ".data")
PACK_DIR = DATA_DIR / "packs"  # tile packs: local disk, since they are memory-mapped
STORE = env.text("MAMBO_STORE", "")  # s3://bucket/prefix keeps everything there that another host may need
# s3://bucket/prefix keeps packs there; the folder is a cache then
PACK_STORE = env.text("MAMBO_PACK_STORE", STORE and f"{STORE.rstrip('/')}/packs")
KEEP_ORIGINALS = env.flag("MAMBO_KEEP_ORIGINALS")  # with the patient's name in them: see docs/storage.md
PACK_CACHE_BYTES = env.count("MAMBO_PACK_CACHE_GB", 50) * 1_000_000_000
MEDIA_ROOT = DATA_DIR / "media"
BUNDLE = env.text("MAMBO_BUNDLE", "cesm")
ANOMALY_BUNDLE = env.text("MAMBO_ANOMALY_BUNDLE", "phantom")  # has to know healthy breasts
GENERATION_TOGETHER = env.count("MAMBO_PICTURES_TOGETHER", 8)  # waiting pictures that a worker draws in lockstep
SECURITY_CONTACT = env.contact("MAMBO_SECURITY_CONTACT")  # blank: there is no /.well-known/security.txt
METRICS_TOKEN = env.text("MAMBO_METRICS_TOKEN", "")  # blank: study admins alone read /metrics

# What generation may take of the site; 0 is no limit. See docs/configuration.md.
GENERATION_LIMITS = {
    "person_hour": env.count("MAMBO_PICTURES_PER_HOUR", 60),
    "person_day": env.count("MAMBO_PICTURES_PER_DAY", 300),
    "address_hour": env.count("MAMBO_PICTURES_PER_HOUR_AND_ADDRESS", 240),
    "waiting": env.count("MAMBO_PICTURES_WAITING", 60),
    "evaluations": env.count("MAMBO_EVALUATIONS_PER_PICTURE", 40_000),
    "asks_minute": env.count("MAMBO_ASKS_PER_MINUTE", 30),
    "calls_minute": env.count("MAMBO_CALLS_PER_MINUTE", 600),
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "channels",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "rest_framework",
    "webapp.core",
    "webapp.accounts",
    "webapp.imaging",
    "webapp.viewer",
    "webapp.generation",
    "webapp.generation.batches",
    "webapp.generation.gallery",
    "studies",
    "webapp.operations",
]

MIDDLEWARE = [
    "webapp.core.watched.watched",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "webapp.core.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # behind the headers, so that its answers have them too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "webapp.accounts.middleware.session_end",
    "webapp.accounts.middleware.owed_second_factor",
    "webapp.accounts.middleware.bearer",
    "webapp.generation.throttling.rate_limit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "webapp.imaging.middleware.tile_cookie",
    "webapp.core.middleware.domain_errors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "webapp.config.urls"
ASGI_APPLICATION = "webapp.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": ["django.template.loaders.filesystem.Loader"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "webapp.core.context.site",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Ten wrong passwords for one name from one address close that pair for ten minutes; others are undisturbed.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = datetime.timedelta(minutes=10)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # ten minutes are ten minutes
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "webapp.accounts.throttling.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
STAFF_SECOND_FACTOR = False
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
SITE_WORDS = ("mambo", "mammogra", "radiolog", "breast", "reader", "study", "admin", "password")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "webapp.accounts.passwords.LengthMostValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "webapp.accounts.passwords.SiteWordsValidator", "OPTIONS": {"words": SITE_WORDS}},
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Requests of one web process that may be at work at once; each has a database connection.
WEB_AT_ONCE = env.count("MAMBO_WEB_AT_ONCE", 24)

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.directory("MAMBO_STATIC_DIR", BASE_DIR / ".static")
OPENSEADRAGON_DIR = BASE_DIR / "node_modules" / "openseadragon" / "build" / "openseadragon"
STATICFILES_DIRS = [BASE_DIR / "static", ("openseadragon", OPENSEADRAGON_DIR)]
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "webapp.core.static.HashedStaticFilesStorage"},
}
for _name, _variable, _address in (
    ("kept", "MAMBO_STORE", STORE),
    ("packs", "MAMBO_PACK_STORE", PACK_STORE),
    ("bundle", "MAMBO_BUNDLE", BUNDLE if BUNDLE.startswith("s3:") else ""),
    ("anomaly_bundle", "MAMBO_ANOMALY_BUNDLE", ANOMALY_BUNDLE if ANOMALY_BUNDLE.startswith("s3:") else ""),
):
    if _address:
        STORAGES[_name] = env.s3_storage(_variable, _address)

REDIS_URL = env.text("REDIS_URL", "")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [{"address": REDIS_URL or "redis://127.0.0.1:6379/0", **env.redis_patience()}],
            "prefix": "mambo",
        },
    }
}

CELERY_BROKER_URL = REDIS_URL or "redis://127.0.0.1:6379/0"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The visibility timeout is far above the hard limit: nobody waits for redelivery, the lease sweep does that work.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_throttle": 1,
    **env.redis_patience(),
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # attempts are capped in the row
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_TIME_LIMIT = 900
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "preparation"
CELERY_TASK_ROUTES = {
    "webapp.generation.tasks.*": {"queue": "interactive"},
    "webapp.generation.batches.tasks.*": {"queue": "interactive"},
}
# For `celery -A webapp.config beat`; where no beat runs, a daily `manage.py audit_heads` does the same.
CELERY_BEAT_SCHEDULE = {"audit-heads": {"task": "studies.tasks.audit_heads_daily", "schedule": 86400.0}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send "Origin: null" with our own forms, which the CSRF check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
WHITENOISE_ALLOW_ALL_ORIGINS = False
SESSION_ENGINE = "webapp.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 12  # the longest that a session lasts from its sign-in
SESSION_IDLE_S = env.count("MAMBO_SESSION_IDLE_MINUTES", 30) * 60  # and the longest without a request
CSRF_FAILURE_VIEW = "webapp.core.http.csrf_failure"
CSRF_COOKIE_SAMESITE = "Strict"

# A 16-bit 4096 x 3328 mammogram is 27 MB raw; the limit leaves room for uncompressed DICOM with headers.
UPLOAD_MAX_BYTES = 128 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
TILE_URL_LIFETIME_S = SESSION_COOKIE_AGE

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "EXCEPTION_HANDLER": "webapp.core.http.api_exception_response",
    "UNAUTHENTICATED_USER": None,
}

# Invitations and reminders. Without a host they are written to the log of the process.
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = int(env.text("EMAIL_PORT", "587"))
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", bool(EMAIL_HOST))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "mambo-reader@localhost")

LOGGING = logging_settings(env.choice("MAMBO_LOG_FORMAT", FORMATS))
