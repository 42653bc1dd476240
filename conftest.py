"""What the repository's own runs share."""

pytest_plugins = ["pytester"]
