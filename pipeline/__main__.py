"""``python -m pipeline``: the same as the installed command ``shiryo``."""

from pipeline.cli import entry

if __name__ == "__main__":
    entry()
