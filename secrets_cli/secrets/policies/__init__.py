"""The least-privilege policies of a reader, a writer and a rotator, and their proof."""
