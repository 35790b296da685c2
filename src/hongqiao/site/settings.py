"""Settings. Everything that an installation changes comes from the environment; the defaults run on a laptop alone."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env

from hongqiao import __version__
from hongqiao.site.database import from_url
from hongqiao.site.secret import load_or_make_secret

env = Env()

VERSION = __version__

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]
if "pytest" in sys.modules:  # tests never touch the data of a running installation
    DATA = Path(tempfile.mkdtemp(prefix="hongqiao-test-"))
    os.environ["HONGQIAO_DATA"] = str(DATA)
    atexit.register(shutil.rmtree, DATA, ignore_errors=True)
else:
    DATA = Path(env.str("HONGQIAO_DATA", "") or ROOT / "data").resolve()
DATA.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("HONGQIAO_DEBUG", False)
SECRET_KEY = env.str("HONGQIAO_SECRET_KEY", "") or load_or_make_secret(DATA)
KEYS: list[str] = env.list("HONGQIAO_KEYS", [])  # older secrets, still accepted when decrypting
WATCH = env.str("HONGQIAO_WATCH", "")  # a folder whose files are imported by themselves, one folder a brand in it
URL = env.str("HONGQIAO_URL", "").rstrip("/")  # what colleagues type; links that leave the house begin with it
PORT = env.int("HONGQIAO_PORT", 8000)
HOSTS = env.list("HONGQIAO_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
if URL and (name := urlsplit(URL).hostname) and name not in HOSTS:
    HOSTS = [*HOSTS, name]
ALLOWED_HOSTS = [*HOSTS, "testserver"] if "pytest" in sys.modules else HOSTS
MODEL_PRIVATE = env.bool("HONGQIAO_MODEL_PRIVATE", False)  # a brand's language model may stand on the inner network
WECHAT_BASE = env.str("HONGQIAO_WECHAT_BASE", "")  # another address for 公众号's interface: https, or this machine
ALIYUN_SMS_BASE = env.str("HONGQIAO_ALIYUN_SMS_BASE", "")  # likewise, for the vendors of text messages
TENCENT_SMS_BASE = env.str("HONGQIAO_TENCENT_SMS_BASE", "")
WEBHOOK_PRIVATE = env.bool("HONGQIAO_WEBHOOK_PRIVATE", False)
FONTS = env.str("HONGQIAO_FONTS", "")  # a folder of typefaces, where the system has no Chinese one
HTTPS = env.bool("HONGQIAO_HTTPS", False)
BEHIND_PROXY = env.bool("HONGQIAO_BEHIND_PROXY", False)
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in HOSTS] if HTTPS else []
if URL.startswith("https://"):
    CSRF_TRUSTED_ORIGINS.append("{0.scheme}://{0.netloc}".format(urlsplit(URL)))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "hongqiao.ui",  # before allauth: its sign-in pages take the place of allauth's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "hongqiao.warehouse",
    "hongqiao.workspace",
    "hongqiao.book",
    "hongqiao.delivery",
    "hongqiao.compliance",
    "hongqiao.ledger",
    "hongqiao.imports",
    "hongqiao.insight",
    "hongqiao.content",
    "hongqiao.crisis",
    "hongqiao.audience",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "hongqiao.site.compression.Static",
    "hongqiao.site.compression.Compressed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hongqiao.site.middleware.Dictionary",
    "hongqiao.site.middleware.Person",
    "hongqiao.site.middleware.ContentSecurityPolicy",
    "hongqiao.site.middleware.Errors",
]
ROOT_URLCONF = "hongqiao.site.urls"
WSGI_APPLICATION = "hongqiao.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hongqiao.workspace.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASE_URL = env.str("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {"default": from_url(DATABASE_URL)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "hongqiao.site.sqlite",
            "NAME": str(DATA / "hongqiao.sqlite3"),
            # Writers queue instead of failing, readers never wait, a crash loses nothing committed.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
            "CONN_MAX_AGE": 600,
            "TEST": {"NAME": str(DATA / f"test-{os.getpid()}.sqlite3")},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "workspace.User"

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "hongqiao.workspace.adapter.AccountAdapter"  # no open sign-up: people are invited
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Hongqiao"
MFA_TOTP_TOLERANCE = 1  # a code typed as its half minute ends still counts (RFC 6238, 5.2: at most one step)
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are vouched for by whoever invited them
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = env.str("HONGQIAO_TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_NUMBER_FILES = 250
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "hongqiao_cache"}
    if DATABASE_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(DATA / "cache")}
}
EMAIL_BACKEND = env.str("HONGQIAO_EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("HONGQIAO_LOG_LEVEL", "WARNING")},
    "loggers": {"hongqiao": {"level": env.str("HONGQIAO_LOG_LEVEL", "INFO")}},
}
