"""What is seen and touched: docks, tables, forms, notices."""
