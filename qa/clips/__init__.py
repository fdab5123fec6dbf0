"""Passages of calls as files to play: audio, subtitles, and a page to play them from."""
