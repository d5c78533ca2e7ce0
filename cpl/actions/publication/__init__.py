"""Publishing: issues of the list, what each kind of submission writes, and loading by the DCC."""
