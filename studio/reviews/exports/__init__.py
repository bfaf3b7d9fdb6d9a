"""What was said, taken out of the studio: as a table, as a report, as markers for an editor."""
