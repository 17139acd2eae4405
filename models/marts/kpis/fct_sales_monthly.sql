{{ sales_by_period('month', 'month_start_date') }}
