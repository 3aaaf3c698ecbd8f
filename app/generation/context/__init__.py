"""What a model is given to read of a repository, chosen by rule: the same request at the same commit gives the same."""
