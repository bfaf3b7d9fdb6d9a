"""Treated takes: new send copies from an untouched master, heard before they are used."""
