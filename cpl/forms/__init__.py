"""Forms of pages: what is asked, in which words, and what was typed."""
