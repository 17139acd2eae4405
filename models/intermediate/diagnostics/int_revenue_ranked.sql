with

-- who bought and what was sold; returns above sales leave 0 to share out, not less than nothing
entities as (

    {% for entity, id, relation in [
        ('customer', 'customer_id', ref('dim_customers')), ('product', 'product_id', ref('dim_products'))
    ] -%}
    select
        '{{ entity }}' as entity,
        {{ id }} as entity_id,
        net_revenue,
        greatest(net_revenue, 0) as shared_revenue
    from {{ relation }}
    where order_count > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

ranked as (

    select
        {{ combined_key(['entity', 'entity_id']) }} as entity_key,
        entity,
        entity_id,
        net_revenue,
        shared_revenue,
        row_number() over (partition by entity order by shared_revenue desc, entity_id asc) as revenue_rank,
        sum(shared_revenue) over (
            partition by entity
            order by shared_revenue desc, entity_id asc
            rows between unbounded preceding and current row
        ) as cumulative_revenue

    from entities

)

select * from ranked
