"""``python -m pipeline``: the same as the installed command ``shiryo``."""

from pipeline.cli import run

if __name__ == "__main__":
    run()
