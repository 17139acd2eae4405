"""The report: one HTML file that shows what the marts say, and asks nobody else for anything."""
