"""Pages about people and their organisations."""
