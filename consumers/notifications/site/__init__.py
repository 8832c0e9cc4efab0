"""What people see and choose: requests enter, pages and choices leave."""
