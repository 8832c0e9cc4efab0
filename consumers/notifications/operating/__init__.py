"""What operators see and do: how it stands, one row again or not, all back to the monolith."""
