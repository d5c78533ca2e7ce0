"""What was answered of an estate: worked out, read back as far as somebody may see today, summed and compared."""
