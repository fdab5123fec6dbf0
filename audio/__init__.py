"""Recording -> timed blocks -> speech regions, events, speaker turns."""
