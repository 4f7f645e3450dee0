"""Minutes read by others before they are validated, versions compared, texts brought back."""
