"""What: the Central Products List and the firmware information beside it."""
