"""All settings of Meisai. Each one can be set by an environment variable, or by a file that holds
its value: `NAME_FILE` names the file, as orchestrators hand out secrets.

`docs/operations.md` lists them. A value that cannot be read leaves the default in place and is
noted in `SETTINGS_PROBLEMS`; the system checks (`meisai.E01x`) report it, and nothing starts.
"""

import hashlib
import logging
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from billing_portal.common import broker, door, environment, logs, security
from billing_portal.common.api import limits

BASE_DIR = Path(__file__).resolve().parent.parent
env, SETTINGS_PROBLEMS = environment.env, environment.PROBLEMS
"""(name of the variable, what is wrong with it)."""


_text, _list, _flag = environment.text, environment.list_, environment.flag
_number, _days, _one_of = environment.number, environment.days, environment.one_of


def _database() -> dict[str, Any]:
    own = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR_DIR / "meisai.sqlite3")}
    url = _text("DATABASE_URL")
    if not url:
        return own
    try:
        if urlsplit(url).scheme in {"sqlite", "postgres", "postgresql"}:
            config = dict(env.db_url_config(url))
            return config | {"HOST": unquote(config["HOST"])}  # %2Fvar%2Frun…: a socket's folder
    except (ImproperlyConfigured, ValueError):
        pass
    SETTINGS_PROBLEMS.append(("DATABASE_URL", "Write it as postgres://user:password@host/name."))
    return own


def _mail() -> dict[str, Any]:
    url = _text("MEISAI_EMAIL_URL")
    try:
        return dict(env.email_url_config(url)) if url else {}
    except (ImproperlyConfigured, KeyError, ValueError):
        problem = "Write it as smtp+tls://user:password@host:587, or with smtp+ssl:// or smtp://."
        SETTINGS_PROBLEMS.append(("MEISAI_EMAIL_URL", problem))
        return {}


def _base_url() -> str:
    url = _text("MEISAI_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        SETTINGS_PROBLEMS.append(("MEISAI_BASE_URL", "Write it as https://billing.example.com."))
    return url


def _broker_socket() -> Path:
    """A socket's path has at most 107 bytes, and one with blanks is no plain address."""
    socket = VAR_DIR / "broker" / "valkey.sock"
    if re.fullmatch(r"[\w./-]{1,100}", str(socket), re.ASCII):
        return socket
    name = hashlib.sha256(str(VAR_DIR).encode()).hexdigest()[:16]
    return Path(f"/tmp/meisai-{os.geteuid()}-{name}/valkey.sock")  # noqa: S108  owner is checked


def _secret_key() -> str:
    given = _text("MEISAI_SECRET_KEY")
    if given or not SECRET_KEY_FILE.exists():
        return given
    return SECRET_KEY_FILE.read_text().strip()


VAR_DIR = Path(_text("MEISAI_VAR_DIR", str(BASE_DIR / "var"))).absolute()
"""Everything that changes: database, files, mail, broker, logs."""

SECRET_KEY_FILE = VAR_DIR / "secret_key"
"""Where `manage.py up` keeps the key it makes if none is given."""

SECRET_KEY = _secret_key()
DEMO = _flag("MEISAI_DEMO")
DEBUG = _flag("MEISAI_DEBUG")
ALLOWED_HOSTS = _list("MEISAI_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = _list("MEISAI_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "billing_portal.apps.BillingPortalConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "accounts",
    "usage",
    "invoices",
    "billing_portal.apps.StaffPagesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "simple_history",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "billing_portal.views.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "billing_portal.common.uploads.UploadLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.views.language.PersonLanguage",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.views.viewing.only_looking",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.adapters.middleware.SecondFactor",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "billing_portal.urls"
WSGI_APPLICATION = "billing_portal.wsgi.application"

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
                "billing_portal.context_processors.portal",
            ],
            "libraries": {
                "figures": "billing_portal.common.parts.figures",
                "parts": "billing_portal.common.parts.tags",
            },
        },
    },
]

# --- database ------------------------------------------------------------------------------------
# SQLite: WAL and FULL, because with NORMAL a power cut may take back the last commits, and a
# mailed invoice number would be used again. IMMEDIATE: writers queue at BEGIN instead of failing
# at COMMIT.
SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
    # Without it, INSERT OR REPLACE would pass by the triggers that keep closed rows.
    "PRAGMA recursive_triggers=ON;",
}
DATABASES = {"default": _database()}
DATABASE_POOL = _number("MEISAI_DATABASE_POOL", 10, least=0, most=1000)
"""How many connections to PostgreSQL a process may hold; 0 means one for each request."""
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    # Who waits for a database that is gone is told so while somebody still listens.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    if DATABASE_POOL:
        DATABASES["default"]["OPTIONS"]["pool"] = {"max_size": DATABASE_POOL, "timeout": 10}
        DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # an address is unique in whatever letters: by a constraint on lower(email)
    "models.W040",  # covering indexes are for PostgreSQL; SQLite does without
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.adapters.backend.PeopleBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = _number("MEISAI_LOGIN_ATTEMPTS", 8)
AXES_COOLOFF_TIME = 1  # hour
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.adapters.trail.login_name"
AXES_CLIENT_IP_CALLABLE = "billing_portal.common.visitor.ip_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_VERBOSE = False
STAFF_NEED_SECOND_FACTOR = not DEMO
"""Outside the demonstration nobody of the staff gets in by a password alone."""
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds; the mail says so
vars().update(door.settings(attempts=AXES_FAILURE_LIMIT))  # allauth
# Counts of attempts and used codes must be the same for all processes and outlive them.
DATABASE_CACHE = "django.core.cache.backends.db.DatabaseCache"
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": DATABASE_CACHE, "LOCATION": "accounts_cacheentry"}
}

# --- languages and time: everything inside is UTC, documents print the issuer's zone -------------
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LANGUAGE_CODE = _one_of("MEISAI_LANGUAGE", "en", [code for code, _name in LANGUAGES])
"""For those who are not signed in and whose browser asks for neither language, and for commands."""
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True

# --- files ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(_text("MEISAI_STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "billing_portal.common.statics.LoadedFiles",
]
MEDIA_ROOT = VAR_DIR / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "billing_portal.common.files.DurableStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT)},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
UPLOAD_LIMIT = _number("MEISAI_UPLOAD_LIMIT", 512, most=1 << 20) << 20
"""Bytes that one request may bring; the variable counts MiB."""
FILE_UPLOAD_HANDLERS = [
    "billing_portal.common.uploads.Counting",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # each of them is an open file of the process
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 30  # seconds for each answer of the mail server
vars().update(_mail())
BASE_URL = _base_url()
"""Where people reach the portal: the beginning of every address in a mail."""
DEFAULT_FROM_EMAIL = _text("MEISAI_MAIL_FROM", "Meisai <meisai@localhost>")

# --- browser security ----------------------------------------------------------------------------
HTTPS = _flag("MEISAI_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = _flag("MEISAI_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {"DIRECTIVES": security.DIRECTIVES}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")
}

# --- broker and tasks ----------------------------------------------------------------------------
BROKER_SOCKET = _broker_socket()
PRIVATE_BROKER_URL = f"redis+socket://{quote(str(BROKER_SOCKET))}?virtual_host=0"
"""The broker that `manage.py up` starts; it does so only while no other one is set."""
CELERY_BROKER_URL = _text("MEISAI_BROKER_URL", PRIVATE_BROKER_URL)
CACHES[limits.CACHE] = limits.cache(broker=CELERY_BROKER_URL, otherwise=CACHES["default"])
CELERY_BROKER_TRANSPORT_OPTIONS = broker.TRANSPORT
CELERY_TASK_PUBLISH_RETRY = False
vars().update(broker.SETTINGS)

# --- billing -------------------------------------------------------------------------------------
SHARD_SIZE = _number("MEISAI_SHARD_SIZE", 250)
"""How many billing accounts one task loads, rates and writes together."""
LEASE_SECONDS = _number("MEISAI_LEASE_SECONDS", 900)
"""How long a task may hold its rows before another takes over. A dead one is noticed at once."""
CLOSE_BUSINESS_DAY = _number("MEISAI_CLOSE_BUSINESS_DAY", 1, most=15)
"""On which business day (Monday to Friday, UTC) the beat opens the run of the month before."""
APPROVAL = _one_of(
    "MEISAI_APPROVAL", "automatic" if DEMO else "staff", ["automatic", "staff", "four_eyes"]
)
"""Who lets the proposed bills of a month end become final (invoices.choices.Approval)."""
COUPON_LEAST = {
    "japan": _number("MEISAI_COUPON_LEAST_JAPAN", 1_000),
    "global": _number("MEISAI_COUPON_LEAST_GLOBAL", 10),
}
"""The least amount for which a coupon is sold, by coverage, in whole yen or dollars."""
REMINDER_DAYS = _days("MEISAI_REMINDER_DAYS", "-7,3,14,30", least=-366)
"""When invoice payers are reminded: so many days after the due date, with a minus before it."""
CHARGE_RETRY_DAYS = _days("MEISAI_CHARGE_RETRY_DAYS", "3,5,7", least=1)
"""How long after each failed charge the default card is tried again; then comes the second one."""
CARD_NOTICE_DAYS = _number("MEISAI_CARD_NOTICE_DAYS", 30, most=366)
"""So many days before the end of its last month a card is announced as expiring."""
PRICE_NOTICE_DAYS = _number("MEISAI_PRICE_NOTICE_DAYS", 30, most=366)
"""So many days before they begin, new prices are mailed to the customers whom they concern."""
GATEWAY = _one_of("MEISAI_GATEWAY", "sandbox", ["sandbox", "stripe"])
"""Who charges cards: nobody (a deterministic sandbox), or Stripe."""
STRIPE_KEY = _text("MEISAI_STRIPE_KEY")
STRIPE_WEBHOOK_SECRET = _text("MEISAI_STRIPE_WEBHOOK_SECRET")
STRIPE_URL = _text("MEISAI_STRIPE_URL", "https://api.stripe.com")
if GATEWAY == "stripe" and not (STRIPE_KEY and STRIPE_WEBHOOK_SECRET):
    SETTINGS_PROBLEMS.append(
        ("MEISAI_STRIPE_KEY", "Stripe needs it, and MEISAI_STRIPE_WEBHOOK_SECRET.")
    )
RENEWAL_KEEPS_REST = _flag("MEISAI_RENEWAL_KEEPS_REST")
"""Whether unused update tokens go over into the renewed service package (rules.md Q50)."""
STREAM_LINES = _number("MEISAI_STREAM_LINES", 50_000)
"""A detail CSV of up to so many lines is sent at once; a longer one is made by a job."""
DOWNLOAD_SECONDS = _number("MEISAI_DOWNLOAD_SECONDS", 600)
"""How long a signed download address works."""
KEEP_EXPORTS_DAYS = _number("MEISAI_KEEP_EXPORTS_DAYS", 7)

GLOBAL_API_HOSTS = [host.lower() for host in _list("MEISAI_GLOBAL_API_HOSTS")]
"""Names of this server under which /v1 is the API of Global."""
API_LIMITS = limits.settings(_number)
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "billing_portal.common.api.reference.Described",
    "SCHEMA_COERCE_PATH_PK": False,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Meisai",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",  # before it, what may be null cannot be said of objects
    "PREPROCESSING_HOOKS": ["billing_portal.common.api.reference.once"],
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # a test makes all of it, and fails by a warning
}

# --- what is told about it all --------------------------------------------------------------------
LOG_LEVEL = _one_of("MEISAI_LOG_LEVEL", "info", ["debug", "info", "warning", "error", "critical"])
LOG_FORMAT = _one_of("MEISAI_LOG_FORMAT", "text" if DEBUG or DEMO else "json", ["json", "text"])
LOGGING = logs.configuration(level=LOG_LEVEL.upper(), as_json=LOG_FORMAT == "json")
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
METRICS_TOKEN = _text("MEISAI_METRICS_TOKEN")
"""What asks for /metrics shows it; without one there is no such page."""
METRICS_DIR = VAR_DIR / "metrics"
"""Where the processes of a web server write their counts, so that each can tell those of all."""
HEARTBEAT_SECONDS = _number("MEISAI_HEARTBEAT_SECONDS", 900)
"""How long a worker may be silent before /healthz calls it lost; its longest task is shorter."""
