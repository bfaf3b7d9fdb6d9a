"""How the thresholds of the checks were found: material made in steps, tables and plots."""
