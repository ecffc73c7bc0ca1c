"""Training loops compiled to machine code by numba; the only place that imports it."""
