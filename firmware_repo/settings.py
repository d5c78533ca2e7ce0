"""Settings of the Firmware Information Repository: one file, driven by the environment.

`docs/operation.md` lists every variable. Nothing secret has a default outside DEBUG.
"""

import django_stubs_ext
import pgtrigger
from csp.constants import NONCE, NONE, SELF
from django.templatetags.static import static

from firmware_repo import environment
from firmware_repo.environment import env

django_stubs_ext.monkeypatch()

DEBUG = environment.DEBUG
BASE_DIR = environment.BASE_DIR
DATA_DIR = environment.DATA_DIR
SECRET_KEY = environment.secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PUBLIC_URL = environment.public_url()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "testserver"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "firmware_repo.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "guardian",
    "import_export",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "csp",
    "accounts",
    "cpl",
    "firmware_repo",
]

MIDDLEWARE = [
    "firmware_repo.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "firmware_repo.middleware.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.token_middleware.ApiTokenMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Everything needs sign-in unless a view says otherwise: a forgotten decorator fails closed.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.WhenceMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.PrivatePagesMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "firmware_repo.urls"
WSGI_APPLICATION = "firmware_repo.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["cpl.templatetags.fir"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.context_processors.party",
                "accounts.context_processors.second_factor",
            ],
        },
    },
]

DATABASES = {"default": environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database, so that limits on attempts hold across processes and survive a restart.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Sign-in ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapters.ClosedAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# Nothing of the letter is worked out while the page is answered: known and unknown addresses take the same time.
ACCOUNT_FORMS = {
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "user_token": "accounts.forms.sign_in.ResetLinkForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
PASSWORD_RESET_TIMEOUT = env.int("PASSWORD_RESET_MINUTES", default=60) * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("REAUTHENTICATION_MINUTES", default=5) * 60
# Counted in the database, for all processes together: by network address (ip), by account or typed address (key),
# by signed-in person (user). Wrong one-time codes count as failed sign-ins of their account.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "10/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "single_sign_on": "20/m/ip",
    "request_access": "10/h/ip,3/h/key",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Both limits are kept by the server (accounts.middleware), whatever a browser does with its cookie.
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_IDLE_AGE = env.int("SESSION_IDLE_MINUTES", default=60) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Object permission is asked through accounts.access in one query, never through the backend row by row.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
ANONYMOUS_USER_NAME = None

# Second factor, passkeys, single sign-on -------------------------------------------------------------------
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Firmware Information Repository"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_RECOVERY_CODES_SHOW_ONCE = True
# No tolerance: allauth refuses a used code for thirty seconds, so it must not be good for longer.
MFA_TOTP_TOLERANCE = 0
MFA_TOTP_INSECURE_BYPASS_CODE = environment.demo_code()
MFA_FORMS = {
    "login_webauthn": "accounts.forms.sign_in.PasskeySignInForm",
    "authenticate_webauthn": "accounts.forms.sign_in.PasskeyFactorForm",
    "reauthenticate_webauthn": "accounts.forms.sign_in.PasskeyAgainForm",
    "add_webauthn": "accounts.forms.sign_in.AddPasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "10/m/ip"}
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SingleSignOnAdapter"
SSO_SECRETS = env.dict("SSO_SECRETS", default={})

# Life of accounts -----------------------------------------------------------------------------------------
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)
REQUEST_CONFIRM_DAYS = env.int("REQUEST_CONFIRM_DAYS", default=3)
UNUSED_WARN_DAYS = env.int("UNUSED_WARN_DAYS", default=90)
UNUSED_DISABLE_DAYS = env.int("UNUSED_DISABLE_DAYS", default=120)
REVIEW_MONTHS = env.int("REVIEW_MONTHS", default=12)
REVIEW_ANSWER_DAYS = env.int("REVIEW_ANSWER_DAYS", default=30)
API_TOKEN_DAYS = env.int("API_TOKEN_DAYS", default=365)

# Safety -------------------------------------------------------------------------------------------------
# No script reads a cookie: forms and htmx carry the token that the page holds.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if not DEBUG:
    # Browsers take a cookie of such a name only from this very host, by HTTPS, for all of its paths.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
# The other storages keep what was said to a person in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Only behind a proxy that sets the header itself, else anyone could claim to have come by HTTPS.
# allauth counts failed sign-ins by address: behind a proxy that is the one the proxy names.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.bool("BEHIND_PROXY", default=False))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    },
}
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# Language and time ----------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
FORMAT_MODULE_PATH = "firmware_repo.formats"
USE_I18N = True
USE_TZ = True

# Static files ---------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = environment.static_root()
WHITENOISE_USE_FINDERS = DEBUG
# Its usual value, said here because tests run with Django's DEBUG turned off afterwards: each test client would list
# every static file anew, which took a quarter of the suite's time.
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Row history: triggers that write once for each statement, into tables that refuse change ------------------
PGHISTORY_APPEND_ONLY = True
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# Spreadsheets ----------------------------------------------------------------------------------------------
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
SPREADSHEET_MAX_BYTES = env.int("SPREADSHEET_MAX_BYTES", default=25 * 1024 * 1024)
SPREADSHEET_MAX_INFLATED_BYTES = env.int("SPREADSHEET_MAX_INFLATED_BYTES", default=300 * 1024 * 1024)
SPREADSHEET_MAX_ROWS = env.int("SPREADSHEET_MAX_ROWS", default=50_000)
# Most submissions that one spreadsheet may become.
SUBMISSION_SPREADSHEET_MAX = env.int("SUBMISSION_SPREADSHEET_MAX", default=1_000)
IMPORT_PREVIEW_DAYS = env.int("IMPORT_PREVIEW_DAYS", default=7)
# Whoever asked for the way from a version of a model is told for so long what happens to the model.
CHECKED_MODELS_DAYS = env.int("CHECKED_MODELS_DAYS", default=400)

# Estate checks ---------------------------------------------------------------------------------------------
# An uploaded file waits here until it is counted, and no longer: the web and the worker processes share the folder.
ESTATE_SPOOL = env.path("ESTATE_SPOOL", default=str(DATA_DIR / "estate-uploads"))
ESTATE_MAX_BYTES = env.int("ESTATE_MAX_BYTES", default=1024 * 1024 * 1024)
# A workbook is read whole, into memory, before a row of it is believed.
ESTATE_WORKBOOK_MAX_BYTES = env.int("ESTATE_WORKBOOK_MAX_BYTES", default=50 * 1024 * 1024)
# Files whose columns nobody confirmed are thrown away after so many minutes.
ESTATE_UNCONFIRMED_MINUTES = env.int("ESTATE_UNCONFIRMED_MINUTES", default=60)
# How many different models with firmware versions one estate may have: more is no list of meters, and each look at
# its answer reads them all, which takes a second for so many.
ESTATE_MAX_KINDS = env.int("ESTATE_MAX_KINDS", default=20_000)
# For so many days a check is kept unless the Party says otherwise.
ESTATE_KEEP_DAYS = env.int("ESTATE_KEEP_DAYS", default=400)
# Manufacturers are told how many Parties have something, and never a number below this one.
DEMAND_MIN_PARTIES = environment.fewest_parties()

# Words the Code may change: lists, not rules ---------------------------------------------------------------
SMETS_CHTS_VERSIONS = env.list("SMETS_CHTS_VERSIONS", default=[])
GBCS_VERSIONS = env.list("GBCS_VERSIONS", default=[])

# Party categories that have need of contacts; network Parties see devices that they cannot reach
CONTACT_CATEGORIES = env.list(
    "CONTACT_CATEGORIES",
    default=["large_supplier", "small_supplier", "other_sec_party", "dcc", "manufacturer", "secas", "ssc", "auditor"],
)

# Targets of the process (domain.md): none of them is in the Code's text for certain, so each is a setting ---------
# Whose bank holidays are no working days, by the `holidays` library: England is GB with this subdivision.
HOLIDAYS_OF = env.str("HOLIDAYS_OF", default="GB-ENG")
MODERATION_TARGET_DAYS = env.int("MODERATION_TARGET_DAYS", default=5)
PUBLICATION_TARGET_DAYS = env.int("PUBLICATION_TARGET_DAYS", default=1)
ANSWER_TARGET_DAYS = env.int("ANSWER_TARGET_DAYS", default=10)
CONFIRMATION_TARGET_DAYS = env.int("CONFIRMATION_TARGET_DAYS", default=10)
LOAD_TARGET_HOURS = env.int("LOAD_TARGET_HOURS", default=24)
CERTIFICATE_NOTICE_MONTHS = env.list("CERTIFICATE_NOTICE_MONTHS", cast=int, default=[12, 6])
# So many days before the deadline of a notice those whom it concerns are reminded; 0 for never.
NOTICE_REMINDER_DAYS = env.int("NOTICE_REMINDER_DAYS", default=7)
# What the ID of a new entry begins with; a number follows that was never used before.
CPL_ENTRY_ID_PREFIX = env.str("CPL_ENTRY_ID_PREFIX", default="CPL-")

# The publication log is signed with this Ed25519 key: 32 bytes in base64. Without one nothing is signed.
PUBLICATION_LOG_KEY = environment.publication_log_key()
# Public halves of the keys that signed before it: shown beside it, for whoever holds an older file.
PUBLICATION_LOG_FORMER_KEYS = env.list("PUBLICATION_LOG_FORMER_KEYS", default=[])

# Jobs live in each app's `jobs` module
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Where the formal notification of vulnerabilities (SEC G3.17 to G3.20) is explained: pages of notices point there.
DUTY_TO_NOTIFY_URL = env.str("DUTY_TO_NOTIFY_URL", default="https://smartenergycodecompany.co.uk/duty-notify-notified/")

# E-mail and logs --------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# A mail server that does not answer must not hold up the worker.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="firmware-repository@localhost")
LOGGING_CONFIG = "firmware_repo.logging.configure"
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {"level": LOG_LEVEL, "json": env.bool("LOG_JSON", default=not DEBUG)}

UNFOLD = {
    "SITE_TITLE": "Firmware Information Repository",
    "SITE_HEADER": "Firmware Information Repository",
    "SITE_SUBHEADER": "SECAS administration",
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    # The colours are in the stylesheet: unfold would write them into an inline block, which the policy forbids.
    "COLORS": lambda request: {},
    "STYLES": [lambda request: static("css/admin.css")],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("images/icon.svg")}],
    "SIDEBAR": {"show_search": False, "navigation": "cpl.admin.navigation.sidebar"},
    "DASHBOARD_CALLBACK": "cpl.admin.start.moderation",
}
