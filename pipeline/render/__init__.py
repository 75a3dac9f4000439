"""Render documents to bytes: Word, PDF, pictures."""
