"""What scripts/warehouse.py can be told to do, a job in each module."""
