"""The outcome of a COMPLETED fal request: its video, or why there is none."""

from collections.abc import Mapping

from jobs.engines import answers, fal_failures, verdicts
from jobs.engines.base import Phase, Response, Sighting
from jobs.engines.fal_failures import Told

_COMPLETED = "COMPLETED"


def outcome(response: Response, urls: tuple[str, ...], told: Told) -> Sighting:
    """What the answer to the GET of a result shows. Raises EngineError where it shows nothing.

    urls: the result URLs in it. told: the error beside COMPLETED in the status, if any; a video
    counts all the same.
    """
    parsed = response.json()
    answer: Mapping[str, object] = parsed if isinstance(parsed, Mapping) else {}
    word = answers.status_word(answer) or _COMPLETED
    if urls:
        return Sighting(phase=Phase.SUCCEEDED, result_urls=urls, word=word, raw=answer)
    if fal_failures.is_not_yet(response, answer):
        return Sighting(phase=Phase.RUNNING, word=word, raw=answer)
    if fal_failures.is_the_requests_own(response, answer, told):
        return failed(response, answer, told, word)
    if response.status == 200 and answer:
        return Sighting(phase=Phase.SUCCEEDED, word=word, raw=answer)
    raise verdicts.look_error(response)


def failed(response: Response, answer: Mapping[str, object], told: Told, word: str) -> Sighting:
    """The sighting of a request that came to nothing."""
    failure = fal_failures.failure(response, answer, told)
    return Sighting(
        phase=failure.phase,
        failure_code=failure.code,
        failure_detail=failure.detail,
        may_be_billed=failure.may_be_billed,
        word=word,
        raw=answer,
    )
