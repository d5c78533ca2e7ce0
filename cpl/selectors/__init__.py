"""Questions asked of the records: versions of a model, what may follow what, history, what changed."""
