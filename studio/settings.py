"""Every setting once, read strictly from the environment.

With nothing set the studio runs from a clone: SQLite, local files, an embedded broker and the
sandbox engine. `.env.example` explains each name.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from django.utils.csp import CSP

from studio import backends, engine_accounts, env, logs

# Lets classes such as ModelForm be written with the type of their model.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _kept_secret() -> str:
    """A secret for the embedded default, made once and kept beside the data it protects."""
    file = DATA_DIR / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


# -- The site ---------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG", default=False)
PUBLIC_URL = env.url("PUBLIC_URL", default="http://127.0.0.1:8000")
_public = urlsplit(PUBLIC_URL)
IS_HTTPS = _public.scheme == "https"

# Production names its database; then a secret that is made up on the spot is not good enough.
SECRET_KEY = env.text("SECRET_KEY", default="") or (
    _kept_secret() if not env.text("DATABASE_URL") else ""
)
if not SECRET_KEY:
    raise env.SettingsError(
        "DATABASE_URL is set but SECRET_KEY is not: every process needs the same long random text."
    )

ALLOWED_HOSTS = [
    _public.hostname or "", "localhost", "127.0.0.1", "[::1]",
    *env.words("ALLOWED_HOSTS"),
]  # fmt: skip
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
#: A proxy in front of the web process ends TLS and adds X-Forwarded-For and -Proto.
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=IS_HTTPS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
X_FRAME_OPTIONS = "DENY"

ROOT_URLCONF = "studio.urls"
WSGI_APPLICATION = "studio.wsgi.application"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

INSTALLED_APPS = [
    "studio.organisations",
    "studio.projects",
    "assets",
    "studio.clips",
    "jobs",
    "studio.reviews",
    "studio.notifications",
    "studio.storyboard",
    "studio.operations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "django_structlog",
]

MIDDLEWARE = [
    "studio.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "studio.same_person.SamePerson",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "studio.storyboard.rail.rail",
                "studio.notifications.bell.bell",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True

# -- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# Guessing is slowed per name and address together, so that nobody can lock a colleague out.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "studio.organisations.guessing.login_name"
AXES_CLIENT_IP_CALLABLE = "studio.organisations.guessing.client_address"
AXES_LOCKOUT_TEMPLATE = "organisations/locked.html"
AXES_VERBOSE = False

# -- Database, storage, mail ------------------------------------------------------------------

DATABASES = backends.database(env.text("DATABASE_URL"), DATA_DIR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

S3_BUCKET = env.text("S3_BUCKET", default="")
S3_PUBLIC_URL = env.url("S3_PUBLIC_URL", default="")
S3_ENDPOINT_URL = env.url("S3_ENDPOINT_URL", default="")
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": backends.storage(env.process, MEDIA_ROOT),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "tmp"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "assets.uploads.BoundedUploadHandler",
]

MAILERS = backends.email(env.text("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", default="Understudy <understudy@localhost>")

#: Origins (scheme://host:port) inside the own network to which webhooks may be sent; all others
#: must be public addresses.
WEBHOOK_ORIGINS = env.words("WEBHOOK_ORIGINS")

#: Days after which notifications that were read, and those that never were, are deleted; and
#: messages to webhooks that were taken or given up.
#: Fewer than three would delete the row by which nobody is told twice that a project is due soon.
NOTIFICATIONS_READ_DAYS = env.integer("NOTIFICATIONS_READ_DAYS", default=90, least=3, most=36_500)
NOTIFICATIONS_UNREAD_DAYS = env.integer(
    "NOTIFICATIONS_UNREAD_DAYS", default=365, least=3, most=36_500
)
WEBHOOK_MESSAGES_DAYS = env.integer("WEBHOOK_MESSAGES_DAYS", default=30, least=3, most=36_500)

# -- Work -------------------------------------------------------------------------------------

REDIS_URL = env.text("REDIS_URL", default="")
BROKER_DIR = DATA_DIR / "broker"
for _name in () if REDIS_URL else ("messages", "control"):
    (BROKER_DIR / _name).mkdir(parents=True, exist_ok=True)
CACHES = backends.caches(REDIS_URL)

#: Threads of each worker process.
WORKER_THREADS = env.integer("WORKER_THREADS", default=6, least=2)

# -- Engines ----------------------------------------------------------------------------------

#: name: AccountSettings, as `studio.engine_accounts` explains. The sandbox is always there.
ENGINE_ACCOUNTS = engine_accounts.read(env.process)
DEFAULT_ACCOUNT = env.text("DEFAULT_ACCOUNT", default="")
if DEFAULT_ACCOUNT not in {"", "sandbox", *ENGINE_ACCOUNTS}:
    raise env.SettingsError(
        f"DEFAULT_ACCOUNT is {DEFAULT_ACCOUNT!r}, but no account has that name. There "
        f"are: {', '.join([*ENGINE_ACCOUNTS, 'sandbox'])}."
    )
SANDBOX_PORT = env.integer("SANDBOX_PORT", default=8765)
SANDBOX_URL = env.url("SANDBOX_URL", default=f"http://127.0.0.1:{SANDBOX_PORT}")
SANDBOX_KEY = env.text("SANDBOX_KEY", default="sk-sandbox")
# Read by the sandbox engine's own process; named here so that a misspelt one is refused.
for _name in ("SECONDS", "PUBLIC_URL", "WORKERS", "FILM", "ACCESS_KEY", "SECRET_KEY",
              "WEBHOOK_SECRET"):  # fmt: skip
    env.text(f"SANDBOX_{_name}")
CURRENCY = env.text("CURRENCY", default="USD")
#: How long a signed address of an input stays good: longer than the worst queue.
INPUT_URL_SECONDS = env.seconds("INPUT_URL_SECONDS", default=86_400)
#: How long a paid call may take. Gateways call the vendor before they answer, and an answer that
#: is given up on is an unknown job; so this is generous.
SUBMIT_SECONDS = env.seconds("SUBMIT_SECONDS", default=120)
#: How often a job that may be finished is looked at.
POLL_SECONDS = env.seconds("POLL_SECONDS", default=5)
RESULT_MAX_BYTES = env.integer("RESULT_MAX_BYTES", default=2_000_000_000)
#: A YuNet network (ONNX file) that finds faces in place of OpenCV's cascades.
FACE_MODEL = env.text("FACE_MODEL", default="")
if FACE_MODEL and not Path(FACE_MODEL).is_file():
    raise env.SettingsError(f"FACE_MODEL is {FACE_MODEL!r}: there is no such file.")
#: How many videos are brought home at the same time, by all workers together.
FETCHES_AT_ONCE = env.integer("FETCHES_AT_ONCE", default=3, least=1)
#: How long fetching a finished video is tried before a person has to settle it.
FETCH_GIVE_UP_SECONDS = env.seconds("FETCH_GIVE_UP_SECONDS", default=6 * 3600)

# -- A language model for prompts (or none: then nothing is said about one) ----------------------

env.group(
    "REWRITER_URL", "REWRITER_MODEL", optional=("REWRITER_KEY", "REWRITER_SECONDS"),
    why="to write prompts without a language model",
)  # fmt: skip
REWRITER_URL = env.url("REWRITER_URL", default="")
REWRITER_MODEL = env.text("REWRITER_MODEL", default="")
REWRITER_KEY = env.text("REWRITER_KEY", default="")
#: How long a person waits for a proposal at most.
REWRITER_SECONDS = env.seconds("REWRITER_SECONDS", default=20)

# -- What a page may load ---------------------------------------------------------------------

_media_sources = [urlsplit(url)._replace(path="", query="").geturl() for url in
                  (S3_PUBLIC_URL, S3_ENDPOINT_URL) if S3_BUCKET and url]  # fmt: skip
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:", *_media_sources],
    "media-src": [CSP.SELF, "blob:", *_media_sources],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

# -- Logs -------------------------------------------------------------------------------------

LOG_FORMAT = env.text("LOG_FORMAT", default=logs.TEXT)
if LOG_FORMAT not in logs.FORMATS:
    raise env.SettingsError(f"LOG_FORMAT is {LOG_FORMAT!r}: use {' or '.join(logs.FORMATS)}.")
LOGGING = logs.configuration(form=LOG_FORMAT, level=env.text("LOG_LEVEL", default="INFO"))
# Messages to workers carry what is bound to the request; the tasks themselves are said at DEBUG,
# for there are several every second. A tick that came too late is no news either.
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_RETRY_LOG_LEVEL = logging.DEBUG

#: Whoever reads /metrics brings it as a bearer token. Not set: there are no metrics.
METRICS_TOKEN = env.text("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise env.SettingsError("METRICS_TOKEN is too short to be a secret: use 16 characters or more.")

env.refuse_unknown(
    *(f"{name.upper()}_" for name in engine_accounts.OFFERS), "S3_", "SANDBOX_", "REWRITER_"
)
