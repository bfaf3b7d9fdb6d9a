"""Accounts at engines are read strictly from the environment."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from studio.engine_accounts import AccountSettings, read
from studio.env import Environment, SettingsError

GATEWAY = {"GATEWAY_URL": "https://api.example.com", "GATEWAY_KEY": "sk-1"}


def accounts(**variables: str) -> dict[str, AccountSettings]:
    return read(Environment(variables))


def refusal(read_them: Callable[[], object]) -> str:
    with pytest.raises(SettingsError) as caught:
        read_them()
    return str(caught.value)


def test_without_a_variable_there_is_no_account() -> None:
    assert accounts() == {}
    assert accounts(KLING_KEY="  ") == {}


def test_an_engine_has_as_many_accounts_as_names() -> None:
    found = accounts(**GATEWAY, KLING_KEY="k1", KLING_WEST_2_KEY="k2", FAL_KEY="f")
    assert list(found) == ["gateway", "kling", "kling-west-2", "fal"]
    assert (found["kling-west-2"].engine, found["kling-west-2"].key) == ("kling", "k2")
    assert found["kling-west-2"].label == "Kling west 2"
    assert found["kling"].url == "https://api-singapore.klingai.com"


def test_a_secret_key_is_not_taken_for_the_key_of_an_account_called_secret() -> None:
    found = accounts(KLING_ACCESS_KEY="a", KLING_SECRET_KEY="s")
    assert list(found) == ["kling"]
    assert (found["kling"].access_key, found["kling"].secret_key) == ("a", "s")


def test_caps_rates_prices_and_organisations_belong_to_one_account() -> None:
    found = accounts(
        FAL_KEY="f",
        FAL_AT_ONCE="2",
        FAL_SENDS_PER_MINUTE="30",
        FAL_LOOKS_PER_MINUTE="600",
        FAL_RATE_PRO="0.2",
        FAL_ORGANISATIONS="nordlicht, elsewhere",
    )["fal"]
    assert (found.at_once, found.sends_per_minute, found.looks_per_minute) == (2, 30, 600)
    assert found.rates["kling-avatar-v2-pro"] == Decimal("0.2")
    assert found.organisations == ("nordlicht", "elsewhere")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"GATEWAY_KEY": "k"}, "GATEWAY_KEY is set but GATEWAY_URL is not"),
        ({"FAL_AT_ONCE": "2"}, "FAL_AT_ONCE is set but FAL_KEY is not"),
        ({"KLING_ACCESS_KEY": "a"}, "KLING_KEY or KLING_ACCESS_KEY with KLING_SECRET_KEY"),
        ({"KLING_KEY": "k", "KLING_SECRET_KEY": "s"}, "and not both"),
        ({"KLING_WEST_URL": "https://x.example"}, "KLING_WEST_KEY or KLING_WEST_ACCESS_KEY"),
    ],
)
def test_a_half_set_account_is_refused_with_what_is_missing(
    variables: dict[str, str], words: str
) -> None:
    assert words in refusal(lambda: accounts(**variables))


def test_a_misspelt_field_is_refused_and_told_what_was_meant() -> None:
    environment = Environment({"KLING_KEY": "k", "KLING_AT_ONECE": "2"})
    read(environment)
    said = refusal(lambda: environment.refuse_unknown("KLING_"))
    assert (
        said == "KLING_AT_ONECE is set, but no setting has that name. Did you mean KLING_AT_ONCE?"
    )


def test_a_key_is_never_shown() -> None:
    shown = repr(accounts(KLING_ACCESS_KEY="ak-secret", KLING_SECRET_KEY="sk-secret"))
    assert "secret'" not in shown
