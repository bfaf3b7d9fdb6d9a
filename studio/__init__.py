"""The site, and the people and decisions around the machine."""

from studio.celery import app as celery_app

__all__ = ["celery_app"]
