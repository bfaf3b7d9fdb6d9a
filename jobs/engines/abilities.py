"""What an engine answers for the abilities that it does not have.

An engine inherits these and overrides what it can. Nobody calls them where `Capabilities` says no.
"""

from collections.abc import Mapping
from typing import NoReturn

from jobs.engines.base import Callback, NotFromTheEngine, Request, Response


class NoCancel:
    """No task can be stopped."""

    def cancel_request(self, handle: str) -> NoReturn:
        """There is no such request."""
        raise NotImplementedError("This engine has no cancel.")

    def read_cancel(self, response: Response) -> NoReturn:
        """There is no such answer."""
        raise NotImplementedError("This engine has no cancel.")


class NoLookUp:
    """Tasks are found by the engine's id only."""

    def look_up_request(self, reference: str) -> NoReturn:
        """There is no such request."""
        raise NotImplementedError("This engine does not keep our own id.")

    def read_look_up(self, response: Response) -> NoReturn:
        """There is no such answer."""
        raise NotImplementedError("This engine does not keep our own id.")


class NoCallbacks:
    """The engine does not call, or what it sends cannot be verified."""

    def callback_keys_request(self) -> Request | None:
        """No keys are needed."""
        return None

    def read_callback(
        self, headers: Mapping[str, str], body: bytes, *, keys: bytes = b""
    ) -> Callback:
        """Nothing that arrives can be from the engine."""
        raise NotFromTheEngine("This engine sends no callbacks.")

    def is_about(self, callback: Callback, handle: str) -> bool:
        """A task has one id, in callbacks too."""
        return callback.handle == handle
