"""The questions of a survey: the builder, the bank, versions, the preview."""
