"""The peer of every list: Django's own admin over the same tables, as a developer sets it up in an afternoon."""

from benchmarks.floor.settings import *  # noqa: F403
from branch_portal.settings import DATABASES as _THEIRS
from branch_portal.settings import INSTALLED_APPS as _OURS

# It has no scope of its own: without one row-level security would show it empty lists, which are cheap.
DATABASES = {
    alias: {
        **database,
        "OPTIONS": {
            **database["OPTIONS"],
            "options": f"{database['OPTIONS']['options']} -c portal.scope=all -c portal.edit_scope=all",
        },
    }
    for alias, database in _THEIRS.items()
}
ROOT_URLCONF = "benchmarks.peers.admin_urls"
INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig" if app.endswith("PortalAdminConfig") else app
    for app in _OURS
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
