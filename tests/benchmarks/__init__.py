"""What the studio costs and how fast it is, measured on this machine: `make bench`.

Everything is real: the studio's own processes, PostgreSQL, Redis, HTTP on loopback, and the sandbox
engine, whose clock is believed where it differs from ours. Nothing here is collected as a test but
the arithmetic of the figures (`test_*.py`).
"""
