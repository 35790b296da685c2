"""内容: topics, plan, production, publishing desk, what the numbers say next. Rows C1, C2, C3; docs/content.md."""
