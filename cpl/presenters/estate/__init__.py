"""The answer of an estate check in the words of its pages and exports."""
