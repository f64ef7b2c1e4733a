"""Where logs come from: folders and files."""
