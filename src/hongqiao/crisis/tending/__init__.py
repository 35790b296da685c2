"""The room's books as a brand keeps them: playbooks, seats, legal terms, alarms, gathering, repair. X1, X2, X3."""
