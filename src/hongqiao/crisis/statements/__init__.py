"""Statements by their structure, signed by legal, published with proof. X2."""
