"""The environment is read strictly, and every refusal is a sentence a person can act on."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from studio.backends import database, email
from studio.env import Environment, SettingsError

GATEWAY = ("GATEWAY_URL", "GATEWAY_KEY")


def refusal(read: Callable[[], object]) -> str:
    """The sentence with which `read` refuses."""
    with pytest.raises(SettingsError) as caught:
        read()
    return str(caught.value)


def test_an_empty_value_counts_as_not_set() -> None:
    empty = Environment({"EMAIL_FROM": "  "})
    assert empty.text("EMAIL_FROM") is None
    assert empty.text("EMAIL_FROM", default="a@b") == "a@b"


def test_blanks_around_a_value_are_dropped() -> None:
    assert Environment({"S3_BUCKET": " clips\n"}).text("S3_BUCKET") == "clips"


@pytest.mark.parametrize(
    ("word", "meaning"), [("1", True), ("YES", True), ("on", True), ("0", False), ("False", False)]
)
def test_a_flag_understands_the_usual_words(word: str, meaning: bool) -> None:
    assert Environment({"DEBUG": word}).flag("DEBUG", default=not meaning) is meaning


def test_a_flag_with_any_other_word_is_refused() -> None:
    said = refusal(lambda: Environment({"DEBUG": "ture"}).flag("DEBUG"))
    assert said == "DEBUG is 'ture': use 1, true, yes, on or 0, false, no, off."


@pytest.mark.parametrize("value", ["8000.5", "8k", "-1", "70000", "٣"])
def test_a_whole_number_outside_its_range_is_refused(value: str) -> None:
    said = refusal(lambda: Environment({"PORT": value}).integer("PORT", 8000, most=65_535))
    assert said == f"PORT is {value!r}: use a whole number from 0 to 65535."


def test_a_whole_number_is_read() -> None:
    assert Environment({"PORT": "9000"}).integer("PORT", 8000) == 9000
    assert Environment({}).integer("PORT", 8000) == 8000


def test_money_stays_exact() -> None:
    assert Environment({"RATE_PRO": "0.112"}).decimal("RATE_PRO", "1") == Decimal("0.112")
    assert Environment({}).decimal("RATE_PRO", "0.056") == Decimal("0.056")


@pytest.mark.parametrize("value", ["-1", "NaN", "inf", "0,056", "free"])
def test_money_that_is_no_number_of_zero_or_more_is_refused(value: str) -> None:
    said = refusal(lambda: Environment({"RATE_PRO": value}).decimal("RATE_PRO", "1"))
    assert said.startswith(f"RATE_PRO is {value!r}: use a number of zero or more")


@pytest.mark.parametrize(
    ("value", "length"), [("90", 90), ("1.5s", 1.5), ("15m", 900), ("2 h", 7200), ("7d", 604_800)]
)
def test_a_length_of_time_may_carry_its_unit(value: str, length: float) -> None:
    assert Environment({"POLL_SECONDS": value}).seconds("POLL_SECONDS", 5) == length


def test_a_length_of_time_in_an_unknown_unit_is_refused() -> None:
    said = refusal(lambda: Environment({"POLL_SECONDS": "2w"}).seconds("POLL_SECONDS", 5))
    assert said == "POLL_SECONDS is '2w': use a length of time such as 90, 15m or 2h."


def test_words_are_split_at_commas() -> None:
    hosts = Environment({"ALLOWED_HOSTS": "a.example, b.example,"})
    assert hosts.words("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_an_address_loses_the_slash_at_its_end_and_keeps_its_path() -> None:
    gateway = Environment({"GATEWAY_URL": "https://api.example.com/v1/"})
    assert gateway.url("GATEWAY_URL", "") == "https://api.example.com/v1"


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("api.example.com", "not an http or https address"),
        ("ftp://api.example.com", "not an http or https address"),
        ("https://", "not an http or https address"),
        ("https://api.example.com:port", "is not an address"),
        ("https://key:secret@api.example.com", "carries a user name or password"),
        ("https://api.example.com/?key=1", "has a '?' or '#' part"),
    ],
)
def test_an_address_that_cannot_be_a_base_is_refused(value: str, fault: str) -> None:
    said = refusal(lambda: Environment({"PUBLIC_URL": value}).url("PUBLIC_URL", ""))
    assert said.startswith("PUBLIC_URL ")
    assert fault in said


def test_a_password_in_an_address_is_not_repeated_in_the_refusal() -> None:
    bad = Environment({"PUBLIC_URL": "https://key:hunter2@api.example.com"})
    assert "hunter2" not in refusal(lambda: bad.url("PUBLIC_URL", ""))


def test_a_group_is_there_or_not() -> None:
    assert Environment({"GATEWAY_URL": "u", "GATEWAY_KEY": "k"}).group(*GATEWAY)
    assert not Environment({"GATEWAY_KEY": ""}).group(*GATEWAY)


def test_half_a_group_refuses_to_start_and_says_why() -> None:
    half = Environment({"GATEWAY_URL": "https://api.example.com"})
    assert refusal(lambda: half.group(*GATEWAY, why="to use the sandbox engine")) == (
        "GATEWAY_URL is set but GATEWAY_KEY is not: set both, or neither to use the sandbox engine."
    )


def test_a_group_of_three_with_one_missing_names_all_of_them() -> None:
    two = Environment({"S3_BUCKET": "b", "S3_ACCESS_KEY": "a"})
    names = ("S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY")
    assert refusal(lambda: two.group(*names, why="to keep files in DATA_DIR")) == (
        "S3_BUCKET and S3_ACCESS_KEY are set but S3_SECRET_KEY is not: "
        "set all of them, or none to keep files in DATA_DIR."
    )


def test_an_option_of_a_group_that_is_not_set_is_refused() -> None:
    lonely = Environment({"S3_REGION": "eu-1"})
    said = refusal(lambda: lonely.group("S3_BUCKET", optional=("S3_REGION",)))
    assert said.startswith("S3_REGION is set but S3_BUCKET is not")


def test_a_needed_group_that_is_not_set_is_refused() -> None:
    said = refusal(lambda: Environment({}).group(*GATEWAY, needed=True, why="to render"))
    assert said == "GATEWAY_URL and GATEWAY_KEY are not set: set them to render."


def test_a_misspelt_name_is_refused_with_the_nearest_one() -> None:
    misspelt = Environment({"GATEWAY_TOKEN": "k", "PATH": "/bin"})
    misspelt.text("GATEWAY_KEY")
    said = refusal(lambda: misspelt.refuse_unknown("GATEWAY_"))
    assert said.startswith("GATEWAY_TOKEN is set, but no setting has that name.")
    assert "Did you mean GATEWAY_KEY?" in said


def test_names_of_other_programs_and_empty_ones_are_left_alone() -> None:
    Environment({"PATH": "/bin", "GATEWAY_OLD": ""}).refuse_unknown("GATEWAY_")


def test_without_an_address_the_database_is_a_file_in_the_data_folder() -> None:
    chosen = database(None, Path("/data"))["default"]
    assert chosen["NAME"] == Path("/data/studio.sqlite3")
    options = chosen["OPTIONS"]
    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in str(options["init_command"])


def test_a_database_file_may_lie_elsewhere() -> None:
    assert database("sqlite:////srv/a.sqlite3", Path("/data"))["default"]["NAME"] == Path(
        "/srv/a.sqlite3"
    )


def test_a_postgres_address_is_taken_apart_and_unquoted() -> None:
    chosen = database("postgres://stu:p%40ss@db:6432/studio?sslmode=require", Path("/"))["default"]
    assert (chosen["HOST"], chosen["PORT"], chosen["NAME"]) == ("db", 6432, "studio")
    assert (chosen["USER"], chosen["PASSWORD"]) == ("stu", "p@ss")
    assert chosen["OPTIONS"] == {"sslmode": "require"}


def test_a_postgres_socket_is_named_in_the_query() -> None:
    chosen = database("postgres://stu@/studio?host=/run/postgresql", Path("/"))["default"]
    assert (chosen["HOST"], chosen["PORT"]) == ("/run/postgresql", 5432)
    assert chosen["OPTIONS"] == {}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://db/studio", "must begin with sqlite:///, postgres:// or postgresql://"),
        ("sqlite://:memory:", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("postgres://db", "must be postgres://user:password@host:port/name"),
        ("postgres://db/studio?sslmod=require", "unknown option 'sslmod'"),
        ("postgres://db:x/studio", "a port that is not a number"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused(url: str, said: str) -> None:
    assert said in refusal(lambda: database(url, Path("/data")))


def test_without_an_address_mail_goes_to_the_console() -> None:
    assert str(email(None)["default"]["BACKEND"]).endswith("ConsoleMail")


def test_a_mail_server_is_taken_apart() -> None:
    options = email("smtp://me:s%3Acret@mail.example.com?tls=1")["default"]["OPTIONS"]
    assert options == {
        "host": "mail.example.com",
        "port": 587,
        "username": "me",
        "password": "s:cret",
        "use_tls": True,
        "use_ssl": False,
        "timeout": 20,
    }


def test_django_accepts_the_mail_settings() -> None:
    from django.core.mail import mailers
    from django.test import override_settings

    with override_settings(MAILERS=email("smtp://me:secret@mail.example.com:2525")):
        server = mailers["default"]
    assert (server.host, server.port) == ("mail.example.com", 2525)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.example.com", "EMAIL_URL must be smtp://"),
        ("smtp://", "EMAIL_URL must be smtp://"),
        ("smtp://mail.example.com?tls=1&ssl=1", "asks for both tls=1 and ssl=1"),
        ("smtp://mail.example.com?tsl=1", "EMAIL_URL tsl is set, but no setting has that name"),
        ("smtp://mail.example.com?tls=maybe", "EMAIL_URL tls is 'maybe'"),
        ("smtp://mail.example.com:99999", "a port that is not a number"),
    ],
)
def test_mail_that_cannot_be_sent_is_refused(url: str, said: str) -> None:
    assert said in refusal(lambda: email(url))
