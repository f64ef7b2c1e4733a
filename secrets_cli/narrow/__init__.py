"""From a present policy and usage to a narrowed policy with its proof and its evidence. Pure."""
