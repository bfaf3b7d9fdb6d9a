"""The web process: `granian --interface wsgi studio.wsgi:application`."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
application = get_wsgi_application()

from assets.preflight.prompt.knowledge import knowledge  # noqa: E402 (once Django is set up)

# Reading what the prompt checks know takes seconds: not those of the first person who types.
Thread(target=knowledge, name="prompt-knowledge", daemon=True).start()
