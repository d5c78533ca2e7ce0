"""Pages on which people write submissions and follow them."""
