from django.db import migrations
from django.db.models import Exists, F, OuterRef

APPROVING = ("approve", "approve_with_changes")


def conclude(apps, _schema_editor):
    """Write down what the reviews so far came to, and hold the clips whose latest version waits.

    By the rule as it was: one refusal sends a version back, enough approvals approve it.
    """
    Decision = apps.get_model("reviews", "Decision")
    counted = Decision.objects.filter(withdrawn_at=None, version_sha256=F("version__sha256"))
    found = {}
    for decision in counted.select_related("stage").order_by("version", "at").iterator():
        found.setdefault(decision.version_id, []).append(decision)
    Outcome = apps.get_model("reviews", "Outcome")
    Outcome.objects.bulk_create(filter(None, map(lambda one: _outcome(Outcome, one), found.values())))
    _hold(apps)


def _outcome(Outcome, decisions):
    refusing = [one for one in decisions if one.verdict not in APPROVING]
    approving = [one for one in decisions if one.verdict in APPROVING]
    needed = decisions[0].stage.approvals_needed
    if refusing:
        rejected = [one for one in refusing if one.verdict == "reject"]
        by, result = (rejected or refusing)[-1], "rejected" if rejected else "changes"
    elif len(approving) >= needed:
        by, result = approving[needed - 1], "approved"
    else:
        return None
    return Outcome(
        version_id=by.version_id, version_sha256=by.version_sha256, result=result, rule_number=1,
        decision=by, at=by.at,
    )


def _hold(apps):
    Version = apps.get_model("jobs", "Version")
    ReviewHold = apps.get_model("clips", "ReviewHold")
    Outcome = apps.get_model("reviews", "Outcome")
    newer = Version.objects.filter(clip=OuterRef("clip"), number__gt=OuterRef("number"))
    held = ReviewHold.objects.filter(clip=OuterRef("clip"))
    waiting = Version.objects.filter(
        ~Exists(newer), ~Exists(held), ~Exists(Outcome.objects.filter(version=OuterRef("pk")))
    ).values_list("clip", "number", "created_at")
    ReviewHold.objects.bulk_create(
        (ReviewHold(clip_id=clip, number=number, held_at=at) for clip, number, at in waiting.iterator()),
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("clips", "0004_clips_are_held_while_under_review"),
        ("reviews", "0006_outcomes_of_reviews"),
    ]

    operations = [migrations.RunPython(conclude, migrations.RunPython.noop)]
