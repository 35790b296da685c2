"""What is known of handling a crisis, as pure methods: how grave, which strategy, what a statement lacks. X1, X2."""
