"""Django's settings for the naive design: the same database, and none of the studio's apps.

Fewer apps than any real site would have, so memory and start are at their best. Nothing of
`studio` is imported here: its package brings the studio's own Celery application along.
"""

import os
from urllib.parse import urlsplit

_database = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = "only for the benchmark"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.removeprefix("/"),
        "USER": _database.username,
        "HOST": _database.hostname,
        "PORT": _database.port,
        "CONN_MAX_AGE": 60,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS: list[str] = []
USE_TZ = True
TIME_ZONE = "UTC"
