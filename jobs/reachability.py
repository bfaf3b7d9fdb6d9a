"""Before money is spent: can an engine on the Internet really get the inputs?"""

from __future__ import annotations

from jobs.engines import http


class Unreachable(Exception):
    """An engine could not get an input; `sentence` says what is wrong and what to set."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(sentence)


def check_inputs(expected: dict[str, str]) -> None:
    """Get the first byte of every address, as a stranger would; `expected`: address -> type.

    Raises Unreachable for localhost and private addresses, redirects, logins, wrong types and
    empty files. (Rules: what engines demand of input addresses.)
    """
    for url, content_type in expected.items():
        check_input(url, content_type)


def check_input(url: str, content_type: str) -> None:
    """The same for one address."""
    probe = http.probe(url)
    if probe.address_problem:
        raise Unreachable(
            "not_public",
            f"The engine cannot reach this studio at {_site(url)}: {probe.address_problem}. "
            "Set PUBLIC_URL to the address at which the Internet sees the studio "
            "(or S3_PUBLIC_URL, if files are kept in a bucket).",
        )
    if probe.no_answer:
        raise Unreachable(
            "input_unreachable",
            f"The studio does not answer at its own public address {_site(url)}: "
            f"{probe.no_answer} Look at PUBLIC_URL, the name's DNS entry and the proxy.",
        )
    if probe.redirected_to:
        raise Unreachable(
            "input_redirects",
            f"The studio's inputs at {_site(url)} redirect to {_site(probe.redirected_to)}; "
            "engines do not follow. Set PUBLIC_URL to the final address, https included.",
        )
    if probe.status not in (200, 206):
        raise Unreachable(
            "input_refused",
            f"The studio's inputs at {_site(url)} answer with HTTP {probe.status} instead of "
            "the file: look at the proxy or the bucket's rights.",
        )
    if probe.content_type.split(";")[0].strip().lower() != content_type:
        raise Unreachable(
            "input_wrong_type",
            f"The studio's inputs at {_site(url)} come as “{probe.content_type}” instead of "
            f"“{content_type}”: something in between answers in the studio's place.",
        )
    if probe.content_length == 0:
        raise Unreachable(
            "input_empty",
            f"The studio's inputs at {_site(url)} come as an empty file: look at the proxy, or "
            "at the storage in which the file should be.",
        )


def _site(url: str) -> str:
    return "/".join(url.split("/")[:3])
