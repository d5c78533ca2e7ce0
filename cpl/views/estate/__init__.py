"""Pages of the estate check. Nobody but the people of the Party whose check it is has business there."""
