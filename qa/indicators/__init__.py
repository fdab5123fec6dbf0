"""The centre's indicators: what they are, and their figures from calls, call records and the distributor's export."""
