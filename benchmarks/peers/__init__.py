"""The systems that benchmarks/asr.py compares, each a worker process, in an environment of its own if need be."""
