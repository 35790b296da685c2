"""The pages of mentions: the list, its export, one mention."""
