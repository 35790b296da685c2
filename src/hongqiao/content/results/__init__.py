"""效果优化: each piece's funnel against its own account, its weak link, what answers it. C3; docs/results.md."""
