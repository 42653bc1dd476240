"""Who owns the clock and feeds interpreters: `blocking` in real time, `virtual` as discrete events."""
