"""Changes to estate checks: begun, counted, made again, kept and deleted. All of it is one Party's alone."""
