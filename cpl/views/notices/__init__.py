"""Pages on which notices are read, written, published and withdrawn."""
