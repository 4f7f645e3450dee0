"""The directory as files: CSV and Excel that an import reads back, vCard, data·inclusion."""
