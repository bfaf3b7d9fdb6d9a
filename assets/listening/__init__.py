"""Hearing a take: what is measured in a recording, for the checks and the treatments."""
