"""Settings: one file, read from the environment; `make run` and `make test` set what they start themselves."""

from pathlib import Path

import environ
import pgtrigger
from csp.constants import NONE, SELF

from branch_portal.credentials import key_file, secret
from branch_portal.logs import logging_config
from branch_portal.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

VERSION = "0.1.0"
PORTAL_VAR = Path(env("PORTAL_VAR", default=str(BASE_DIR / "var")))
PORTAL_HTTPS = env.bool("PORTAL_HTTPS", default=False)
# One web server in front (deploy/nginx/) that sets X-Real-IP; without it that header is anybody's word.
PORTAL_BEHIND_PROXY = env.bool("PORTAL_BEHIND_PROXY", default=False)
# Where that web server stands: on this machine, or at the address by which a container's requests come in.
PORTAL_PROXY_NETWORKS = env.list("PORTAL_PROXY_NETWORKS", default=["127.0.0.0/8", "::1/128"])
PORTAL_KEYRING = key_file("PORTAL_KEYRING", PORTAL_VAR / "keys.json")
# Where keys come from, and what seals from now on: "aes" (AES-256-GCM) or "sm4" (SM4-GCM, 国密); docs/data-protection.md.
PORTAL_KEY_PROVIDER = env("PORTAL_KEY_PROVIDER", default="branch_portal.keys.FileKeys")
PORTAL_CIPHER = env("PORTAL_CIPHER", default="aes")
# How long things are kept, where it is not as docs/data-protection.md says: "left_members=730,security_events=400" (days).
PORTAL_RETENTION_DAYS = env.dict("PORTAL_RETENTION_DAYS", default={})
PORTAL_NAME = env("PORTAL_NAME", default="支部工作门户")
# Who answers for the personal data, and where people reach them: shown on /privacy/ (PIPL 17).
PORTAL_OPERATOR = env("PORTAL_OPERATOR", default="")
PORTAL_CONTACT = env("PORTAL_CONTACT", default="")
PORTAL_NOTICE = "本系统为非涉密系统，严禁处理、存储、传输国家秘密和工作秘密"

DEBUG = env.bool("PORTAL_DEBUG", default=False)
SECRET_KEY = secret("PORTAL_SECRET_KEY")
ALLOWED_HOSTS = env.list("PORTAL_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
PORTAL_BASE_URL = env("PORTAL_BASE_URL", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = env.list("PORTAL_TRUSTED_ORIGINS", default=[])

# Lower apps first: an app may use those above it in this list (see [tool.importlinter] in pyproject.toml).
INSTALLED_APPS = [
    "branch_portal",
    "members",
    "notices",
    "learning",
    "activities",
    "supervision",
    "branch_portal.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "treebeard",
    "pgtrigger",
    "pghistory",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "branch_portal.access_log.AccessLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "branch_portal.middleware.AnswerHeadersMiddleware",
    "branch_portal.middleware.ProbesMiddleware",
    "branch_portal.replica.JustWroteMiddleware",
    "branch_portal.patience.PatienceMiddleware",
    "branch_portal.middleware.RequestTransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "members.middleware.AccountMiddleware",
    "branch_portal.admin_networks.AdminNetworksMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "members.middleware.SignInLimitsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "members.middleware.ActingForMiddleware",
    "members.guards.SensitiveRoutesMiddleware",
    "members.middleware_markings.MarkingsMiddleware",
]

ROOT_URLCONF = "branch_portal.urls"
WSGI_APPLICATION = "branch_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["branch_portal.templatetags.portal", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "branch_portal.context.portal",
            ],
        },
    }
]

# --- Database: the web role for everything, the owner for migrations (`manage.py migrate` picks it) ---


def _database(url: str, *, statement_timeout: str, only_reads: bool = False) -> dict:
    config = environ.Env.db_url_config(url)
    config["CONN_MAX_AGE"] = None
    config["CONN_HEALTH_CHECKS"] = True
    config["OPTIONS"] = {
        "connect_timeout": 3,
        "tcp_user_timeout": 10000,
        "options": f"-c statement_timeout={statement_timeout} -c lock_timeout=3s -c idle_in_transaction_session_timeout=60s"
        + (" -c default_transaction_read_only=on" if only_reads else ""),
        **config.get("OPTIONS", {}),
    }
    return config


DATABASE_URL = secret("DATABASE_URL")
DATABASES = {
    "default": _database(DATABASE_URL, statement_timeout=env("PORTAL_STATEMENT_TIMEOUT", default="14s")),
    "owner": _database(secret("DATABASE_OWNER_URL", DATABASE_URL), statement_timeout="10min"),
}
# A replica that follows the primary, for overviews (docs/scale.md); a page that comes from it says as of when.
if DATABASE_REPLICA_URL := secret("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = _database(DATABASE_REPLICA_URL, statement_timeout="14s", only_reads=True)
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
# So many seconds behind, and the primary answers instead; so long it answers whoever has just changed something.
PORTAL_REPLICA_SECONDS = env.int("PORTAL_REPLICA_SECONDS", default=30)
# Row-level security behind the querysets (docs/row-security.md); off: every scope is everything.
PORTAL_ROW_SECURITY = env.bool("PORTAL_ROW_SECURITY", default=True)
# What a page waits for one answer of the database, should the server keep none of its own limits (seconds). It is longer
# than `statement_timeout`, so that a server that lives says itself that a statement was too slow.
PORTAL_DATABASE_PATIENCE = env.float("PORTAL_DATABASE_PATIENCE", default=15)
# For `manage.py backup` where the owner may not read every row (row-level security); any role that may read all.
DATABASE_BACKUP_URL = env("DATABASE_BACKUP_URL", default="")
DATABASE_ROUTERS = ["branch_portal.routers.OneDatabase"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
# "sha256" or "sm3" (国密): the first one makes hashes, both are understood (docs/accounts.md).
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "members.hashers.PBKDF2SM3PasswordHasher",
]
if env("PORTAL_PASSWORD_HASH", default="sha256") == "sm3":
    PASSWORD_HASHERS.reverse()
# "djbh": kinds of characters, no return of the last five, 90 days for staff; "asvs": length only (docs/accounts.md).
PASSWORD_PROFILE = env("PORTAL_PASSWORD_PROFILE", default="djbh")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "members.password_validators.ProfileValidator"},
    {"NAME": "members.password_validators.OwnNameValidator"},
    {"NAME": "members.password_validators.CommonValidator"},
    {"NAME": "members.password_validators.OrganizationNameValidator"},
    {"NAME": "members.password_validators.NotReusedValidator"},
]
# Codes of a phone for committee accounts and administrators, and the password again before what is sensitive. A portal
# without TLS gives the password away on the wire, so a second step would only pretend.
PORTAL_STAFF_TOTP = env.bool("PORTAL_STAFF_TOTP", default=PORTAL_HTTPS)
PORTAL_FRESH_SIGN_IN = env.bool("PORTAL_FRESH_SIGN_IN", default=PORTAL_STAFF_TOTP)
# 三员: system, security and audit administrator are three accounts (docs/accounts.md). Off for a small portal or the demo, where
# one administrator does all of it; a portal that is reached over the network keeps them apart.
PORTAL_SEPARATE_ADMINS = env.bool("PORTAL_SEPARATE_ADMINS", default=PORTAL_HTTPS)
# Limits on searching, copying out and revealing (`branch_portal/sensitive_routes.py`); off only where programs play people.
PORTAL_USE_LIMITS = env.bool("PORTAL_USE_LIMITS", default=True)
# From where the committee's back office may be opened, "10.1.0.0/16,fd00::/8"; empty: from anywhere.
PORTAL_ADMIN_NETWORKS = env.list("PORTAL_ADMIN_NETWORKS", default=[])
KNOWN_DEVICE_COOKIE = "__Host-device" if PORTAL_HTTPS else "device"
PORTAL_WROTE_COOKIE = "__Host-wrote" if PORTAL_HTTPS else "wrote"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "accounts:login"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FIRST_DAY_OF_WEEK = 1

# --- Files ---
STATIC_URL = "static/"
STATIC_ROOT = PORTAL_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "branch_portal.static_files.PortalStaticFilesStorage"
        if env.bool("PORTAL_HASHED_STATIC", default=True)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not env.bool("PORTAL_HASHED_STATIC", default=True)
MEDIA_ROOT = PORTAL_VAR / "media"
# Behind nginx: the `internal` location that serves MEDIA_ROOT; empty where the portal sends files itself.
PORTAL_ACCEL_PREFIX = env("PORTAL_ACCEL_PREFIX", default="")
# Recordings of lessons: the largest file, the room of one organisation, and what stays free on the disk (MB).
PORTAL_MEDIA_MAX_MB = env.int("PORTAL_MEDIA_MAX_MB", default=1024)
PORTAL_MEDIA_ROOM_MB = env.int("PORTAL_MEDIA_ROOM_MB", default=20 * 1024)
PORTAL_DISK_RESERVE_MB = env.int("PORTAL_DISK_RESERVE_MB", default=2048)
# Free room of the disk, of all of it: an alarm below the first, no uploads below the second.
PORTAL_DISK_ALARM_PERCENT = env.float("PORTAL_DISK_ALARM_PERCENT", default=20.0)
PORTAL_DISK_REFUSE_PERCENT = env.float("PORTAL_DISK_REFUSE_PERCENT", default=10.0)
# Answers with recordings that one web process gives at once; it has four threads, and pages need some.
PORTAL_STREAMS = env.int("PORTAL_STREAMS", default=2)
# The virus scanner that sees every upload: the socket of a clamd, "/run/clamav/clamd.ctl" or "127.0.0.1:3310"; empty for none.
PORTAL_CLAMD = env("PORTAL_CLAMD", default="")
# Backups (docs/backup.md): the folder, best on another machine's disk; the key file, which lies elsewhere than the backups;
# the time of day at which beat makes one and drills weekly (empty: the system's timer does).
PORTAL_BACKUP_DIR = env("PORTAL_BACKUP_DIR", default="")
PORTAL_BACKUP_KEY = key_file("PORTAL_BACKUP_KEY", PORTAL_VAR / "backup-key.json")
PORTAL_BACKUP_AT = env("PORTAL_BACKUP_AT", default="01:30")
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FORM_RENDERER = "branch_portal.rendering.PortalRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Security ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "members.session_store"
SESSION_COOKIE_AGE = 7 * 24 * 3600  # what ends a sign-in is `members/rules/sessions.py`
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "branch_portal.views.csrf_failure"
if PORTAL_HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from this machine, without TLS
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

# --- Audit ---
PGHISTORY_LEVEL = pgtrigger.Statement  # one trigger call for a whole roll, not one a row
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = False  # `branch_portal.database` installs a narrower one

# --- Celery: only the tickers publish ---
REDIS_URL = secret("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULER = "branch_portal.celery_pulse:PortalScheduler"
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 75
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE

# --- Mail ---
DEFAULT_FROM_EMAIL = env("PORTAL_MAIL_FROM", default="portal@localhost")
EMAIL_TIMEOUT = 10
# Connections of one worker: so many mails may be under way when it is killed, and be sent again.
PORTAL_MAIL_CONNECTIONS = env.int("PORTAL_MAIL_CONNECTIONS", default=4)
EMAIL_URL = secret("EMAIL_URL", "")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:  # nothing configured: mail lies readable in a folder, so that demo and first steps lose nothing
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = PORTAL_VAR / "mail"

# --- Metrics: read from this machine, or with this bearer token ---
PORTAL_METRICS_TOKEN = secret("PORTAL_METRICS_TOKEN", "")

# --- Calls to others (`branch_portal.http_out`): "host:port" of those that may be plain and local, for tests only ---
PORTAL_OUT_TEST_HOSTS = env.list("PORTAL_OUT_TEST_HOSTS", default=[])

# --- Logs: one line a record, redacted; Django's report of an error likewise (docs/operations.md) ---
LOGGING = logging_config(
    format=env("PORTAL_LOG_FORMAT", default="line"), level=env("PORTAL_LOG_LEVEL", default="INFO")
)
DEFAULT_EXCEPTION_REPORTER = "branch_portal.redaction.QuietReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "branch_portal.redaction.QuietReporterFilter"
