"""Engines: services that render avatar video, each behind the interface of `base`.

Nothing here knows Django, Celery, a model or a setting: an engine builds requests and reads
answers, `http` sends them, and the machine in `jobs` decides what to do about the result.
"""
