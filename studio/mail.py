"""Mail that is written down instead of sent, in the very words: a link can be copied from it."""

from __future__ import annotations

import email.policy
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import console, filebased

#: Lines as long as RFC 5322 allows, in plain UTF-8. The usual 78 would break links in two ("=").
POLICY = email.policy.default.clone(max_line_length=998, cte_type="8bit")


def is_written_down() -> bool:
    """Whether mails stay on this machine, because no mail server is set."""
    return settings.MAILERS["default"]["BACKEND"] in {
        f"{__name__}.{one.__name__}" for one in (ConsoleMail, FileMail)
    }


class _Readable(EmailMessage):
    """A mail whose text is not encoded for the wire."""

    def __init__(self, mail: EmailMessage) -> None:
        self._mail = mail

    def message(self, *, policy: Any = POLICY) -> Any:
        """Headers and text."""
        return self._mail.message(policy=policy)


class ConsoleMail(console.EmailBackend):
    """Writes mails to the console: the embedded default."""

    def write_message(self, message: EmailMessage) -> None:
        """One mail, readable as it stands."""
        super().write_message(_Readable(message))


class FileMail(filebased.EmailBackend):
    """Writes mails to files of a folder."""

    def write_message(self, message: EmailMessage) -> None:
        """One mail, readable as it stands."""
        super().write_message(_Readable(message))
