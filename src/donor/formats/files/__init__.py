"""Files: found, told apart, opened, read as documents, and written whole."""
