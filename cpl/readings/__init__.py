"""How a value is read wherever people write it: in a cell, in a form, in a draft. One copy of each rule."""
