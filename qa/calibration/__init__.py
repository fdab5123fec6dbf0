"""Calibration: the machine's verdicts against people's."""
