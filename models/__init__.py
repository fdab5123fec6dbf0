"""Machine-learning models: what exists, where it comes from, verified, cached, and on which device it runs."""
