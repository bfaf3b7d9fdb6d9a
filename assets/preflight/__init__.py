"""Checks of the three inputs before money is spent. They return findings and never raise."""
