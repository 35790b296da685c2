"""月度计划、排期日历: which piece goes out when, what stands in the way, what the month still lacks. C1."""
