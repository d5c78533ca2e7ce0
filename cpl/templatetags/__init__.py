"""Small pieces of pages."""
