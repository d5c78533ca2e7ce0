"""Everything that is done to a submission: drafts, the moves of its life, and what is said on the way."""
