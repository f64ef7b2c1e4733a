"""The folder tree that the gate is asked about: walking it, reading its files, asking git, and writing fixes back."""
