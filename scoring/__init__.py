"""Transcript and events -> findings -> scorecard."""
