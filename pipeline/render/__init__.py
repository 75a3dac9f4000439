"""From documents to bytes: Word, PDF, pictures."""
