"""What all platforms share: sniffing, reading, header normalisation, recognition, conversion, mapping."""
