"""Parameters as environment variables and as files: exec, export, import."""
