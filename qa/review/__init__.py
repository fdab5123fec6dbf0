"""People look at what the machine found: one key a verdict in a terminal, or a workbook that comes back."""
