"""Motion prompts as text: composing, splitting, marking, mending, and the levers."""
