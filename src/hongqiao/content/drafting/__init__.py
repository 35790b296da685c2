"""起草: brief and brand book in, several drafts out, by templates or the brand's own model; a person takes one. C2."""
