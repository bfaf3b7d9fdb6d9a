"""For whom and for how much: one production with its people, its budget and its rule."""

from studio.projects.models.project import Project, ProjectQuerySet, Visibility
from studio.projects.models.rule import ApprovalStage, ByRole, Mode, RuleChange

__all__ = [
    "ApprovalStage",
    "ByRole",
    "Mode",
    "Project",
    "ProjectQuerySet",
    "RuleChange",
    "Visibility",
]
