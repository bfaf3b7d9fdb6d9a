"""Where an API keeps its tasks: one path under which a POST orders one and a GET shows it."""

from collections.abc import Mapping

from jobs.engines import answers, credentials
from jobs.engines.addresses import origin_of
from jobs.engines.exchange import Request, Response
from jobs.engines.task import Accepted

LOOK_TIMEOUT_SECONDS = 20.0
_JSON = {"content-type": "application/json"}


class TaskPath:
    """The requests that the gateway's API and Kling's are alike in; `headers` carry the key."""

    def __init__(self, base_url: str, path: str) -> None:
        """base_url: scheme and host, with or without a trailing slash or /v1. Raises ValueError."""
        self.base_url = credentials.clean_base_url(base_url)
        self._origin = origin_of(self.base_url)
        self._url = self.base_url + path

    def order(
        self, fields: Mapping[str, object], headers: Mapping[str, str], timeout_seconds: float
    ) -> Request:
        """The paid POST of these fields."""
        return Request(
            method="POST",
            url=self._url,
            headers={**headers, **_JSON},
            json=fields,
            timeout_seconds=timeout_seconds,
        )

    def look(self, task_id: str, headers: Mapping[str, str]) -> Request:
        """The free GET of one task, by an id that the API knows it by."""
        return Request(
            method="GET",
            url=f"{self._url}/{credentials.path_part(task_id)}",
            headers=headers,
            timeout_seconds=LOOK_TIMEOUT_SECONDS,
        )

    def owns(self, url: str) -> bool:
        """True for the API's own scheme, host and port."""
        return origin_of(url) == self._origin


def acceptance_in(response: Response) -> Accepted | None:
    """A 2xx answer with a handle is an acceptance, whatever else it says."""
    if not 200 <= response.status <= 299:
        return None
    answer = response.json()
    handle = answers.handle(answer)
    return Accepted(handle=handle, raw=answers.mapping(answer)) if handle else None
