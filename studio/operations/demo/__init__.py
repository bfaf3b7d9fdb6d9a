"""The demo organisation: people of every role and a project made of files that ship with us."""
