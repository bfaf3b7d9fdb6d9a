"""Verdicts: what people say at frames of a version, and what approvers decide about it."""

from studio.reviews.models.comment import Category, Comment, CommentQuerySet, Point
from studio.reviews.models.decision import Decision, DecisionQuerySet, Outcome, Result, Verdict
from studio.reviews.models.guest import Guest, GuestDecision, Happening, LinkEvent
from studio.reviews.models.link import ReviewLink, Rights
from studio.reviews.models.verification import Looked, Verification, Verified
from studio.reviews.models.visit import ProjectVisit
from studio.reviews.models.wording import EarlierWording

__all__ = [
    "Category",
    "Comment",
    "CommentQuerySet",
    "Decision",
    "DecisionQuerySet",
    "EarlierWording",
    "Guest",
    "GuestDecision",
    "Happening",
    "LinkEvent",
    "Looked",
    "Outcome",
    "Point",
    "ProjectVisit",
    "Result",
    "ReviewLink",
    "Rights",
    "Verdict",
    "Verification",
    "Verified",
]
