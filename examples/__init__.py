"""Example recordings with metadata and settings; `callqa demo` scores them."""
