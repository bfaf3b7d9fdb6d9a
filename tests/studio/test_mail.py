"""Mail without a mail server: what is written down can be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, mailers
from django.test import override_settings

from studio.backends import email

LINK = "http://127.0.0.1:8000/password/" + "NjA1YWY0NzEt" * 4 + "/didoti-" + "7" * 32 + "/"
MAIL = EmailMessage("Neues Passwort für dich", f"Öffne\n\n{LINK}\n", to=["li@demo.example"])


def test_a_link_can_be_copied_from_the_console(capsys: pytest.CaptureFixture[str]) -> None:
    with override_settings(MAILERS=email("console://")):
        mailers["default"].send_messages([MAIL])
    written = capsys.readouterr().out
    assert LINK in written.splitlines()
    assert "Öffne" in written


def test_a_link_can_be_copied_from_a_file(tmp_path: Path) -> None:
    with override_settings(MAILERS=email(f"file://{tmp_path}/mail")):
        mailers["default"].send_messages([MAIL])
    (file,) = (tmp_path / "mail").iterdir()
    assert LINK in file.read_text(encoding="utf-8").splitlines()
