"""The doctor as a stranger: public address, certificate, storage through a proxy, mail."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import FileSystemStorage
from django.test import override_settings

from studio.backends import email
from studio.operations.doctor import mail, public_address, storage
from tests.engines.loopback import Behaviour, Seen, answer, serving
from tests.services.programs import free_port
from tests.studio.operations.examined import gateway, said

pytestmark = pytest.mark.django_db(transaction=True)
NEVER = "https://gateway.invalid"


class TestPublicAddress:
    def levels(self) -> dict[str, str]:
        return {name: level for name, (level, _) in said(public_address.examine).items()}

    def test_this_machine_is_enough_for_the_sandbox(self, settings: Any, live_server: Any) -> None:
        settings.PUBLIC_URL = live_server.url
        assert self.levels() == {"public address": "ok", "public address: web": "ok"}

    def test_an_engine_elsewhere_cannot_come_to_this_machine(
        self, settings: Any, live_server: Any
    ) -> None:
        settings.PUBLIC_URL = live_server.url
        settings.ENGINE_ACCOUNTS = gateway(NEVER)
        found = said(public_address.examine)
        assert found["public address"][0] == "problem"
        assert "Engines could not get the inputs" in found["public address"][1]
        assert found["public address: https"][0] == "warning"

    def test_with_a_bucket_it_is_only_a_matter_of_callbacks(
        self, settings: Any, live_server: Any
    ) -> None:
        settings.PUBLIC_URL = live_server.url
        settings.ENGINE_ACCOUNTS = gateway(NEVER)
        settings.S3_BUCKET = "understudy"
        assert self.levels()["public address"] == "warning"

    def test_a_name_that_does_not_exist(self, settings: Any) -> None:
        settings.PUBLIC_URL = "http://studio.invalid"
        assert self.levels() == {"public address": "problem", "public address: web": "problem"}

    @pytest.mark.parametrize(
        ("behaviour", "found"),
        [
            (answer("301 Moved", headers="location: https://www.example\r\n"), "It redirects to"),
            (answer("400 Bad Request"), "It answers with HTTP 400: the host name"),
            (answer(body=b"<h1>Welcome to nginx</h1>"), "Something else than the studio"),
            (answer(body=b'{"alive": false}'), "Something else than the studio"),
        ],
        ids=["redirect", "host", "page", "other"],
    )
    def test_somebody_else_at_our_address(
        self, settings: Any, behaviour: Behaviour, found: str
    ) -> None:
        with serving(behaviour) as server:
            settings.PUBLIC_URL = server.url
            level, sentence = said(public_address.examine)["public address: web"]
        assert level == "problem"
        assert sentence.startswith(found)


class TestCertificate:
    @pytest.fixture
    def answering(self, tmp_path: Path, settings: Any) -> Callable[[int], dict[str, Any]]:
        """`answering(days)`: what is said of a certificate that is good for so many days."""

        def examine(days: int, *, trusted: bool = True) -> dict[str, Any]:
            file = certificate(tmp_path, days)
            patch = pytest.MonkeyPatch()
            with serving(answer(), tls=file) as server, patch.context() as context:
                if trusted:
                    context.setenv("SSL_CERT_FILE", str(file))
                settings.PUBLIC_URL = f"https://localhost:{server.port}"
                return said(public_address.examine)

        return examine

    @pytest.mark.parametrize(("days", "level"), [(60, "ok"), (10, "warning"), (2, "problem")])
    def test_how_long_it_is_good(self, answering: Any, days: int, level: str) -> None:
        found = answering(days)["public address: certificate"]
        assert found[0] == level
        assert f" {days - 1} days" in found[1]

    def test_one_that_nobody_trusts(self, answering: Any) -> None:
        level, found = answering(60, trusted=False)["public address: certificate"]
        assert level == "problem"
        assert found.startswith("It is not trusted: self")

    def test_no_tls_at_all(self, settings: Any) -> None:
        settings.PUBLIC_URL = f"https://localhost:{free_port()}"
        level, found = said(public_address.examine)["public address: certificate"]
        assert (level, found.split(":")[0]) == ("problem", "No TLS connection")


def certificate(folder: Path, days: int) -> Path:
    """A new key and its own certificate for localhost, both in one file."""
    both, key, cert = folder / "both.pem", folder / "key.pem", folder / "cert.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days {days} -subj /CN=localhost"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both


class TestStorage:
    @pytest.fixture(autouse=True)
    def at_home(self, settings: LazySettings, live_server: Any) -> None:
        settings.PUBLIC_URL = live_server.url

    def levels(self) -> dict[str, str]:
        return {name: level for name, (level, _) in said(storage.examine).items()}

    def test_a_sound_one_and_nothing_is_left_behind(self, settings: Any) -> None:
        assert self.levels() == dict.fromkeys(
            ("storage", "storage: public get", "storage: range", "storage: HEAD",
             "storage: privacy", "storage: delete"), "ok",
        )  # fmt: skip
        assert list(Path(settings.MEDIA_ROOT).iterdir()) == []

    def test_an_engine_elsewhere_is_refused_this_machine(self, settings: Any) -> None:
        settings.ENGINE_ACCOUNTS = gateway(NEVER)
        level, found = said(storage.examine)["storage: engines"]
        assert level == "problem"
        assert "PUBLIC_URL" in found

    def test_a_folder_that_takes_no_files(self, settings: Any) -> None:
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        Path(settings.MEDIA_ROOT).write_text("a file where the folder should be")
        assert self.levels() == {"storage": "problem"}

    def test_nobody_answers(self, settings: Any) -> None:
        settings.PUBLIC_URL = f"http://127.0.0.1:{free_port()}"
        assert self.levels() == {
            "storage": "ok", "storage: public get": "problem", "storage: delete": "ok",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("bend", "name", "level"),
        [
            ({"drops": "range"}, "storage: range", "warning"),
            ({"refuses": "HEAD"}, "storage: HEAD", "warning"),
            ({"calls_it": "text/html"}, "storage: public get", "problem"),
            ({"adds": b"<!-- cached -->"}, "storage: public get", "problem"),
            ({"moves_to": "https://www.example/"}, "storage: public get", "problem"),
            ({"forgives": True}, "storage: privacy", "warning"),
        ],
        ids=["range", "head", "type", "bytes", "redirect", "signature"],
    )
    def test_a_proxy_that_bends_what_it_hands_on(
        self, settings: Any, live_server: Any, bend: dict[str, Any], name: str, level: str
    ) -> None:
        with serving(proxy(live_server.url, **bend)) as server:
            settings.PUBLIC_URL = server.url
            found = {name: level for name, level in self.levels().items() if level != "ok"}
        assert found == {name: level}

    def test_a_file_that_cannot_be_deleted_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_: FileSystemStorage, name: str) -> None:
            raise PermissionError(name)

        monkeypatch.setattr(FileSystemStorage, "delete", refuse)
        assert self.levels()["storage: delete"] == "warning"


def proxy(
    to: str, *, drops: str = "", refuses: str = "", calls_it: str = "", adds: bytes = b"",
    moves_to: str = "", forgives: bool = False,
) -> Behaviour:  # fmt: skip
    """Hands requests on to `to`, with one bad habit."""

    def behave(connection: socket.socket, seen: Seen) -> None:
        if seen.method == refuses:
            return answer("405 Method Not Allowed")(connection, seen)
        if moves_to:
            return answer("302 Found", headers=f"location: {moves_to}\r\n")(connection, seen)
        path = seen.path.replace("/inputs/x", "/inputs/") if forgives else seen.path
        request = urllib.request.Request(to + path, method=seen.method)
        if "range" in seen.headers and drops != "range":
            request.add_header("range", seen.headers["range"])
        try:
            with urllib.request.urlopen(request) as got:
                body, status, kind = got.read(), got.status, got.headers["content-type"]
                length = got.headers["content-length"]
        except urllib.error.HTTPError as error:
            return answer(f"{error.code} Refused")(connection, seen)
        head = f"content-type: {calls_it or kind}\r\n"
        announced = int(length) if seen.method == "HEAD" else len(body + adds)
        return answer(f"{status} OK", body + adds, headers=head, length=announced)(connection, seen)

    return behave


class TestMail:
    @pytest.fixture
    def post_office(self) -> Iterator[PostOffice]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            office = PostOffice(listener)
            threading.Thread(target=office.run, daemon=True).start()
            yield office

    def test_a_server_that_lets_us_in_gets_no_mail(self, post_office: PostOffice) -> None:
        with override_settings(MAILERS=email(post_office.url("right"))):
            found = said(mail.examine)
        assert found["mail"][0] == "ok"
        assert found["mail: sender"][0] == "warning", "it says @localhost"
        assert post_office.mails == []

    def test_a_wrong_password(self, post_office: PostOffice) -> None:
        with override_settings(MAILERS=email(post_office.url("wrong"))):
            level, found = said(mail.examine)["mail"]
        assert (level, found) == (
            "problem", "The mail server does not let us in: 535 5.7.8 Bad credentials.",
        )  # fmt: skip

    def test_nobody_answers(self) -> None:
        with override_settings(MAILERS=email(f"smtp://127.0.0.1:{free_port()}")):
            assert said(mail.examine)["mail"][0] == "problem"

    def test_one_mail_is_sent_when_asked(self, post_office: PostOffice) -> None:
        with override_settings(MAILERS=email(post_office.url("right"))):
            assert mail.send_to("olga@nordlicht.example").level == "ok"
        [text] = post_office.mails
        assert "To: olga@nordlicht.example" in text

    def test_a_public_studio_without_mail_is_warned(self, settings: Any) -> None:
        with override_settings(MAILERS=email("console://")):
            assert said(mail.examine)["mail"][0] == "ok"
            settings.IS_HTTPS = True
            assert said(mail.examine)["mail"][0] == "warning"


class PostOffice:
    """A mail server that knows one password, and keeps what it is given."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.mails: list[str] = []

    def url(self, password: str) -> str:
        return f"smtp://studio:{password}@127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with connection, connection.makefile("rwb", buffering=0) as line:
                    self._talk(line)

    def _talk(self, line: Any) -> None:
        line.write(b"220 office\r\n")
        while words := line.readline().decode().split():
            line.write(self._answer(words, line))
            if words[0].upper() == "QUIT":
                return

    def _answer(self, words: list[str], line: Any) -> bytes:
        command = words[0].upper()
        if command == "EHLO":
            return b"250-office\r\n250 AUTH PLAIN\r\n"
        if command == "AUTH":
            right = base64.b64decode(words[2]).endswith(b"\0right")
            return b"235 Welcome\r\n" if right else b"535 5.7.8 Bad credentials\r\n"
        if command == "DATA":
            line.write(b"354 Go on\r\n")
            self.mails.append("".join(iter(lambda: line.readline().decode(), ".\r\n")))
        return b"250 OK\r\n"
