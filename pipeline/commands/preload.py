"""The fork server imports this module, and with it the renderers, before it forks a worker."""

from pipeline.commands.workers import load_renderers

load_renderers()
