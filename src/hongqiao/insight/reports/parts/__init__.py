"""The parts that reports are put together from: each asks the desk and answers blocks."""
