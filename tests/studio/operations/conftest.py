"""The real engine and the workers' hands, as the machine's own tests have them."""

from __future__ import annotations

from tests.jobs.conftest import engine, engine_folder, engine_process, ordered, work

__all__ = ["engine", "engine_folder", "engine_process", "ordered", "work"]
