"""What the clip editor shows: three inputs, what the checks say, the price, the attempts."""

from __future__ import annotations

import copy
from collections import defaultdict
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from assets import measuring
from assets.forms import TakeForm
from assets.models import Look
from assets.pictures import MAX_SOURCE_BYTES as PICTURE_MAX_BYTES
from assets.preflight.finding import Finding
from assets.sound_kinds import MAX_SOURCE_BYTES as SOUND_MAX_BYTES
from jobs import costs, offers, registry, standstill
from jobs.drafts import draft_of
from jobs.models import AvatarJob, LedgerEntry, Version
from jobs.outlook import outlook
from studio.clips.models import Clip
from studio.organisations.access import MemberRequest
from studio.projects.models import Project
from studio.reviews import locking, standing
from studio.storyboard import prompt_page
from studio.storyboard.board import may_make
from studio.storyboard.fixing import cures_for
from studio.storyboard.forms import ClipForm, NewLookForm
from studio.storyboard.tiles import NOTHING

#: From this many looks on, the picker has a field that narrows them.
LOOKS_TO_FILTER = 9


def page(
    request: MemberRequest, clip: Clip, form: ClipForm, source: Version | None
) -> dict[str, Any]:
    """The whole page: `clip` is what is saved, the form's instance is what is chosen."""
    made = attempts(clip)
    offered = offer(request, clip, form, source)
    reviews = [one["review"] for one in made["attempts"] if source and one["version"] == source]
    return {
        **offered,
        **pickers(clip, form.instance),
        **made,
        "draft": draft_of(clip, timezone.now()),
        **prompt_page.whole(clip, form),
        "source_review": reviews[0] if reviews else None,
        **_neighbours(clip),
        "cures": cures_for(source, offered["findings"]),
        **standstill.context_of(standstill.of_project(clip.project)),
        **new_look(NewLookForm(organisation=clip.organisation)),
        **new_take(TakeForm(prefix="take"), clip.project),
        "place": "projects",
    }


def new_look(form: NewLookForm) -> dict[str, Any]:
    """What the form for a new picture needs."""
    return {"new_look_form": form, "picture_max_bytes": PICTURE_MAX_BYTES}


def new_take(form: TakeForm, project: Project) -> dict[str, Any]:
    """What the form and the recorder for a new take need."""
    limits = registry.engine_for(project).capabilities.limits
    return {
        "new_take_form": form,
        "sound_max_bytes": SOUND_MAX_BYTES,
        "seconds_max": round(limits.audio_max_seconds),
    }


def offer(
    request: MemberRequest, clip: Clip, form: ClipForm, source: Version | None
) -> dict[str, Any]:
    """Findings and price of what is chosen; writes nothing but what had to be measured for it."""
    chosen = form.instance
    with suppress(measuring.Unreadable):  # the order says so
        measuring.measured(chosen.look, chosen.take)
    hold = locking.hold_on(clip)
    made = offers.offer(chosen)
    price = made.price
    limits = registry.engine(made.account.name).capabilities.limits
    after = price and made.money_left is not None and made.money_left - price.amount
    return {
        "clip": clip,
        "project": clip.project,
        "form": form,
        "chosen": chosen,
        "source": source,
        "offer": made,
        "price": costs.show(price.amount, price.currency) if price else "",
        "left": _shown(made.money_left),
        "after": _shown(after) if price and made.money_left is not None else "",
        "findings": by_owner(made.findings),
        "refused_parts": form.refused_parts(),
        **prompt_page.offered(form, by_owner(made.findings)["prompt"]),
        "warned": " ".join(finding.mark for finding in made.warnings),
        "reason": request.POST.get("reason", ""),
        "prompt_max": limits.prompt_max_characters,
        # The same again while it is being made is rarely meant: the page asks before it is paid.
        "twin": next((job for job in clip.jobs.active() if is_snapshot_of(job, chosen)), None),
        "models": [
            {"model": one, "rate": f"{costs.show_rate(one.rate_amount, one.currency)} per second"}
            for one in registry.models_for(clip.project)
        ],
        "is_sandbox": made.account.name == registry.SANDBOX,
        "hold": hold,
        "held_version": hold and Version.objects.filter(clip=clip, number=hold.number).first(),
        # What was typed before the version came stays on the page; else there is nothing to type.
        "can_make": may_make(request, clip.project)
        and clip.removed_at is None
        and (hold is None or form.is_bound),
    }


def is_snapshot_of(job: AvatarJob, clip: Clip) -> bool:
    """Whether the job was made from exactly what the clip (saved or not) has chosen."""
    chosen = (clip.look_id, clip.take_id, clip.engine_model, clip.prompt_slots())
    return chosen == (job.look_id, job.take_id, job.engine_model, job.prompt_slots)


def by_owner(findings: list[Finding]) -> dict[str, list[Finding]]:
    """The findings under the name of the input that can cure them."""
    sorted_out: dict[str, list[Finding]] = {"image": [], "audio": [], "prompt": [], "engine": []}
    for finding in findings:
        sorted_out[finding.owner].append(finding)
    return sorted_out


def pickers(clip: Clip, chosen: Clip) -> dict[str, Any]:
    """What may be chosen: nothing archived, except what is chosen already."""
    organisation = clip.organisation
    looks = Look.objects.filter(character__organisation=organisation).filter(
        Q(character__archived_at=None) | Q(pk=chosen.look_id)
    )
    grouped: dict[Any, list[Look]] = defaultdict(list)
    for look in looks.select_related("character").order_by("character__name", "-number"):
        grouped[look.character].append(look)
    takes = clip.project.takes.filter(Q(archived_at=None, is_draft=False) | Q(pk=chosen.take_id))
    return {
        "looks": dict(grouped),
        "has_many_looks": sum(map(len, grouped.values())) >= LOOKS_TO_FILTER,
        "takes": list(takes.select_related("created_by")),
    }


def attempts(clip: Clip) -> dict[str, Any]:
    """All attempts of the clip, newest first, each with its sentence, price and changes."""
    jobs = list(
        clip.jobs.select_related("requested_by", "version", "based_on", "look").order_by("-number")
    )
    versions = [job.version for job in jobs if hasattr(job, "version")]
    reviews = standing.status_of(versions)
    money = LedgerEntry.objects.filter(job__in=jobs).totals_by("job")
    prospects = outlook(jobs, timezone.now())
    shown = []
    for job in jobs:
        version = getattr(job, "version", None)
        review = reviews.get(version.pk) if version else None
        shown.append(
            {
                "job": job,
                "version": version,
                "review": review,
                "symbol": review.symbol if review else job.state,
                "sentence": review.sentence if review else prospects.sentence(job),
                "can_cancel": prospects.can_cancel(job),
                "price": _shown(money.get(job.pk, NOTHING).bound),
                "changes": ", ".join(job.changes),
            }
        )
    return {"attempts": shown, "is_live": any(job.is_active for job in jobs)}


def inputs_of(clip: Clip, version: Version) -> Clip:
    """A copy of the clip (unsaved) that has chosen what `version` was made from."""
    job, taken = version.job, copy.copy(clip)
    taken.look, taken.take, taken.engine_model = job.look, job.take, job.engine_model
    taken.take_prompt(job.prompt_slots)
    return taken


def _neighbours(clip: Clip) -> dict[str, Any]:
    """The clip's place in the running order, and the clips before and after it."""
    order = list(clip.project.clips.open().values_list("pk", flat=True))
    if clip.pk not in order:
        return {"place_in_order": None, "before": None, "behind": None}
    at = order.index(clip.pk)
    return {
        "place_in_order": at + 1,
        "before": order[at - 1] if at else None,
        "behind": order[at + 1] if at + 1 < len(order) else None,
    }


def _shown(amount: Any) -> str:
    return "" if amount is None else costs.show(amount, settings.CURRENCY)
