{#- The columns an order line may have, by our names. -#}
{% macro order_line_columns() %}
    {% do return([
        'order_id', 'line_id', 'customer_id', 'ordered_at', 'product_id', 'description', 'quantity', 'unit_price', 'amount',
        'country', 'channel', 'currency', 'discount_amount', 'unit_cost',
    ]) %}
{% endmacro %}
