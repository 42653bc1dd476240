"""Wrong TFTP servers, each one edit away from the suite's right one, and whether the suite notices.

``python -m tests.mutants`` prints the score.
"""
