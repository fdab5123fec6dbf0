"""Stored results as files for spreadsheets and other programs."""
