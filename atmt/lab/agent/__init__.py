"""What runs inside the lab's own processes: standard library and siblings only, imported by relative name.

Knows nothing of the rest of atmt, so that it can start with ``python -I -S`` in some thirty milliseconds.
"""
