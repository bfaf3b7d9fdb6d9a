"""For PYTHONPATH only: what a process needs to live under a faked clock (see sitecustomize)."""
