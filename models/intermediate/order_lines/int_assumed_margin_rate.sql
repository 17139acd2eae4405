with

costed_lines as (

    select
        {{ money_product('quantity', 'unit_cost') }} as cost_amount,
        case
            when transaction_type = 'return' then line_amount + coalesce(discount_amount, 0)
            else line_amount - coalesce(discount_amount, 0)
        end as net_amount

    from {{ ref('int_order_lines_classified') }}
    where
        row_class = 'accepted'
        and transaction_type in ('sale', 'return')
        and unit_cost is not null

),

averaged as (

    select
        cast(sum(net_amount) - sum(cost_amount) as double)
        / nullif(cast(sum(net_amount) as double), 0) as margin_rate

    from costed_lines

),

assumed as (

    select
        {% if var('assumed_margin_rate') is not none -%}
        cast({{ var('assumed_margin_rate') }} as double)
        {%- else -%}
        margin_rate
        {%- endif %} as assumed_margin_rate

    from averaged

)

select * from assumed
