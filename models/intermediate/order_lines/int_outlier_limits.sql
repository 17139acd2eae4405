{%- set policy = var('outlier_policy') -%}
{%- set low, high = (0.01, 0.99) if policy == 'quantile' else (0.25, 0.75) -%}
with

sales as (

    select
        cast(quantity as double) as quantity,
        cast(unit_price as double) as unit_price

    from {{ ref('int_order_lines_classified') }}
    where
        row_class = 'accepted'
        and transaction_type = 'sale'
        and {{ 'false' if policy == 'none' else 'true' }}

),

-- without a policy there are no sales here, and so no limits
quantiles as (

    select
        percentile_cont({{ low }}) within group (order by quantity) as quantity_low,
        percentile_cont({{ high }}) within group (order by quantity) as quantity_high,
        percentile_cont({{ low }}) within group (order by unit_price) as unit_price_low,
        percentile_cont({{ high }}) within group (order by unit_price) as unit_price_high

    from sales

),

limits as (

    select
        quantity_low - 1.5 * (quantity_high - quantity_low) as quantity_lower_limit,
        quantity_high + 1.5 * (quantity_high - quantity_low) as quantity_upper_limit,
        unit_price_low - 1.5 * (unit_price_high - unit_price_low) as unit_price_lower_limit,
        unit_price_high + 1.5 * (unit_price_high - unit_price_low) as unit_price_upper_limit

    from quantiles

)

select * from limits
