"""Programs that make files of this repository. Never part of the package."""
