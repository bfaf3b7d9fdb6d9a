"""Mending a take: what is wrong with it, what may be done, what that saves; before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from assets import measuring
from assets.listening.facts import TakeFacts
from assets.listening.silences import long_silences
from assets.models import AudioTake
from assets.preflight import thresholds as limit
from assets.preflight.finding import Finding
from assets.treating.treatment import Treatment, seconds_left
from jobs import registry
from jobs.registry import EngineModel
from studio import money
from studio.clips import checks
from studio.clips.models import Clip
from studio.projects.models import Project

#: Pauses longer than so many seconds may be trimmed.
TRIMS = (0.6, 1.0, 2.0)
#: How long a second of a take is treated, in seconds (docs/preflight-sounds.md), and what is worth
#: saying of it.
_TREATED = 5.5 / 300
_SAID_FROM = 2


class MendForm(forms.Form):
    """What is to be done to a take of this length."""

    trim_over = forms.TypedChoiceField(
        choices=[("", ""), *((f"{over:g}", "") for over in TRIMS)],
        coerce=float,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Choose one of the lengths of a pause."},
    )
    head = forms.FloatField(label="First seconds", required=False, min_value=0)
    tail = forms.FloatField(label="Last seconds", required=False, min_value=0)
    loudness = forms.BooleanField(required=False)

    def __init__(self, *args: Any, seconds: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seconds = seconds
        for name in ("head", "tail"):
            steps = {"step": "0.1", "inputmode": "decimal", "max": f"{seconds:.1f}"}
            self.fields[name].widget.attrs |= steps

    def clean(self) -> dict[str, Any]:
        """The two ends together are shorter than the take; numbers are kept to hundredths."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("head", "tail"):
            given[name] = round(given.get(name) or 0.0, 2)
        if not self.errors and given["head"] + given["tail"] >= self._seconds:
            self.add_error("tail", f"The take has {self._seconds:.1f} s: leave some of it.")
        return given

    def treatment(self) -> Treatment:
        """What the valid form asks for."""
        given = self.cleaned_data
        return Treatment(given["trim_over"], given["head"], given["tail"], given["loudness"])


@dataclass(frozen=True, slots=True)
class Prices:
    """What seconds cost with the models that may render this take."""

    models: Sequence[EngineModel]

    @classmethod
    def of(cls, project: Project, clip: Clip | None) -> Prices:
        """The clip's model, where it is on offer; otherwise all models of the project."""
        models = registry.models_for(project)
        chosen = [one for one in models if clip and one.key == clip.engine_model]
        return cls(chosen or models)

    @property
    def rate(self) -> checks.Rate | None:
        """The rate that findings name."""
        first = next(iter(self.models), None)
        return checks.Rate(first.rate_amount, first.currency) if first else None

    def words(self, seconds: float) -> str:
        """``$0.42``, or ``$0.42 Standard, $0.84 Pro``."""
        exact = Decimal(f"{seconds:.3f}")
        shown = [
            (money.show(one.rate_amount * exact, one.currency), one.label) for one in self.models
        ]
        named = len(shown) > 1
        return ", ".join(f"{price} {label}" if named else price for price, label in shown)


def initial_of(found: Sequence[Finding], made: AudioTake | None) -> dict[str, Any]:
    """The choices that `made` was made with, or else those that cure what was found."""
    if made is not None:
        done = Treatment.from_json(made.treatment)
        trim = "" if done.trim_over is None else f"{done.trim_over:g}"
        ends = {"head": done.head or None, "tail": done.tail or None}
        return {"trim_over": trim, **ends, "loudness": done.loudness}
    remedies = {finding.remedy for finding in found}
    return {
        "trim_over": f"{limit.AUDIO_PAUSE.value:g}" if "trim" in remedies else "",
        "loudness": "loudness" in remedies,
    }


def context(
    take: AudioTake, clip: Clip | None, form: MendForm | None, made: AudioTake | None
) -> dict[str, Any]:
    """The whole page: the take as it is, the choices, and the draft that was made of it."""
    prices = Prices.of(take.project, clip)
    before = _shown(take, prices)
    facts: TakeFacts = before["facts"]
    form = form or MendForm(initial=initial_of(before["findings"], made), seconds=facts.seconds)
    after = _shown(made, prices) if made else None
    return {
        "take": take,
        "project": take.project,
        "clip": clip,
        "form": form,
        "before": before,
        "after": after,
        "saved": _saving(facts.seconds - after["facts"].seconds, prices) if after else "",
        "trims": _trims(facts, prices, form),
        "loudness": _loudness_words(facts),
        "wait": _wait(facts.seconds),
        "place": "projects",
    }


def _shown(take: AudioTake, prices: Prices) -> dict[str, Any]:
    """A take with its facts, its findings and its silences for drawing."""
    facts = measuring.take_facts(take)
    limits = registry.engine_for(take.project).capabilities.limits
    long = long_silences(facts)
    return {
        "take": take,
        "facts": facts,
        "findings": checks.take_findings(take, limits, prices.rate),
        "price": prices.words(facts.seconds),
        "silences": [
            {
                "start": start,
                "end": end,
                "x": round(1000 * start / facts.seconds, 1),
                "width": round(1000 * (end - start) / facts.seconds, 1),
                "is_long": (start, end) in long,
            }
            for start, end in facts.silences
        ],
    }


def _trims(facts: TakeFacts, prices: Prices, form: MendForm) -> list[dict[str, Any]]:
    chosen = str(form["trim_over"].value() or "")
    choices = []
    for over in TRIMS:
        saved = facts.seconds - seconds_left(Treatment(trim_over=over), facts)
        choices.append({"value": f"{over:g}", "words": _saving(saved, prices)})
    return [
        {"value": "", "is_chosen": not chosen, "words": ""},
        *({**choice, "is_chosen": chosen == choice["value"]} for choice in choices),
    ]


def _saving(seconds: float, prices: Prices) -> str:
    if seconds < 0.05:
        return "saves nothing"
    return ", ".join(filter(None, (f"saves {seconds:.1f} s", prices.words(seconds))))


def _wait(seconds: float) -> int:
    """About how many seconds the treatment takes; 0 where nobody minds."""
    wait = round(seconds * _TREATED)
    return wait if wait >= _SAID_FROM else 0


def _loudness_words(facts: TakeFacts) -> str:
    moved = limit.AUDIO_TARGET.value - facts.loudness_lufs
    if abs(moved) < 0.5:
        return "It is there already."
    return f"{abs(moved):.0f} dB {'louder' if moved > 0 else 'softer'} than now."
