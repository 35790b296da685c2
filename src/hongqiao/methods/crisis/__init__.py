"""Pure knowledge of crises: how grave, which answer, what a statement lacks, whether trust is back. X1–X3."""
