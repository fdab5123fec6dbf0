"""What users do: batch scoring, the store of results, agents, demonstration, diagnosis."""
