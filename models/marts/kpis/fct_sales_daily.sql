{{ sales_by_period('day', 'order_date') }}
