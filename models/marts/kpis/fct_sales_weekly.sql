{{ sales_by_period('week', 'week_start_date') }}
