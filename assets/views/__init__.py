"""Pages and files of what goes in."""
