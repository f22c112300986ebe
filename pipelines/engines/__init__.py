"""What carries the work: this process, or Ray."""
