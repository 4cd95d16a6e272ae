"""What the application costs, measured as ratios to what cannot be saved; never a test with a stopwatch in it."""
