"""ACS: a GitHub App that turns a labelled issue into a proven change."""
