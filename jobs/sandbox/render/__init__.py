"""Draw a talking video from one picture, one sound and a prompt, on this machine, for nothing.

Used by the sandbox engine, and for draft videos. Knows nothing of HTTP, tasks or the studio.
"""

from jobs.sandbox.render.camera import Movement, movement_of
from jobs.sandbox.render.film import RenderFacts, Unrenderable, render

__all__ = ["Movement", "RenderFacts", "Unrenderable", "movement_of", "render"]
