"""What several formats have: tokens, columns, elements, JSON values, units of offsets."""
