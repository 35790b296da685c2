"""What feedback is about, tickets with clocks, needs, the partner's page. docs/feedback.md. U3."""
