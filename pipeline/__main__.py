"""``python -m pipeline`` runs the same program as the installed command ``shiryo``."""

from pipeline.cli import run

if __name__ == "__main__":
    run()
