"""Language models, through OpenAI's SDK: OpenAI itself, Azure, and every server that speaks one of its two APIs."""
