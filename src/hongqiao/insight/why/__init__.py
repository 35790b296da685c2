"""波动归因: which slices made a change, in parts that add up to it, with what happened at the same time. Serves D2."""
