"""Speech regions -> timed words -> utterances with roles."""
