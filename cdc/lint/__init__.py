"""Read migrations before they run, and tell whom of the consumers they would break."""
