"""One page in HTML for supervisors: figures as charts, and calls to listen to (docs/report.md)."""
