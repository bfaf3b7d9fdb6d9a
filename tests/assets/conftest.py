"""What the tests of inputs share."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.models import AudioTake
from studio.organisations.models import User
from studio.projects.models import Project
from tests.assets.preflight.hearing import with_gap
from tests.assets.treated import brought_in, facts_of
from tests.media.voices import spoken


@pytest.fixture
def gapped(tmp_path: Path, project: Project, teammate: User) -> AudioTake:
    """A quiet take of 12 s of speech with 4 s of silence in the middle."""
    voice = spoken(12) / 4
    pause = next(span for span in facts_of(tmp_path, voice).silences if span[0] > 3)
    return brought_in(tmp_path, with_gap(voice, sum(pause) / 2, 4.0), project, teammate)
