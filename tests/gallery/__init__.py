"""The published matrix of real peers, reports/gallery/: ``python -m tests.gallery`` makes it anew."""
