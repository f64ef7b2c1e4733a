"""Many parameters at once: compared, copied, renamed, written again under another key."""
