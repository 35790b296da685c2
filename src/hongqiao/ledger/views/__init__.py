"""Pages of the ledger: findings, actions, my day, outcomes, decisions, rules, calendar."""
