"""The commands, a module for each family of them; cli.py puts them together."""
