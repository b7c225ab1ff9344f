"""What lesson 07 claims."""
