"""Mail: the server is there and lets us in. `send_to` sends one."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.smtp import EmailBackend

from studio.operations.doctor.check import Check, ok, problem, warning

FIX = (
    "Look at EMAIL_URL: smtp://user:password@host:port with ?tls=1 (STARTTLS, mostly port 587) or "
    "?ssl=1 (mostly port 465)."
)


def examine() -> Iterator[Check]:
    """Connection and login, without a mail."""
    mailer = mailers["default"]
    if not isinstance(mailer, EmailBackend):
        yield _written_down()
        return
    try:
        mailer.open()
    except OSError as error:  # the network, a certificate, or an answer of the server
        yield problem("mail", f"The mail server does not let us in: {_said(error)}.", FIX)
        return
    finally:
        mailer.close()
    yield ok("mail", f"{mailer.host}:{mailer.port} lets us in; no mail was sent.")
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        yield warning(
            "mail: sender",
            f"Mails come from {settings.DEFAULT_FROM_EMAIL}, which many servers refuse.",
            "Set EMAIL_FROM to an address of your own domain.",
        )


def send_to(address: str) -> Check:
    """One mail to `address`."""
    text = f"This mail proves that the studio at {settings.PUBLIC_URL} can send mail."
    try:
        EmailMessage("Understudy can send mail", text, to=[address]).send()
    except OSError as error:
        return problem("mail: sending", f"It was not taken: {_said(error)}.", FIX)
    return ok("mail: sending", f"A mail to {address} was handed over; see whether it arrives.")


def _written_down() -> Check:
    found = "Mails are written down instead of sent."
    if not settings.IS_HTTPS:
        return ok("mail", found)
    return warning(
        "mail",
        found,
        "Nobody gets an invitation or a new password: set EMAIL_URL to your mail server.",
    )


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}".rstrip(".")
    return str(error).rstrip(".") or type(error).__name__
