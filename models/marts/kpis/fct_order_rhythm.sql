{%- set most_orders = 10 -%}
with

orders as (

    select
        least(customer_order_number, {{ most_orders + 1 }}) as order_number,
        least(customer_order_number + 1, {{ most_orders + 1 }}) as next_order_number,
        days_since_previous_order

    from {{ ref('fct_orders') }}
    where customer_order_number is not null

),

-- the orders after which the next one could have come
preceding as (

    select
        next_order_number as order_number,
        count(*) as preceding_order_count

    from orders
    group by next_order_number

    union all

    select
        null as order_number,
        count(*) as preceding_order_count

    from orders

),

gaps as (

    select
        order_number,
        days_since_previous_order

    from orders
    where days_since_previous_order is not null

    union all

    select
        null as order_number,
        days_since_previous_order

    from orders
    where days_since_previous_order is not null

),

summed as (

    select
        order_number,
        count(*) as order_count,
        sum(days_since_previous_order) as days,
        percentile_cont(0.25) within group (order by days_since_previous_order) as p25_days,
        percentile_cont(0.5) within group (order by days_since_previous_order) as median_days,
        percentile_cont(0.75) within group (order by days_since_previous_order) as p75_days

    from gaps
    group by order_number

),

final as (

    select
        case
            when summed.order_number is null then 'all'
            when summed.order_number > {{ most_orders }} then '{{ most_orders + 1 }} and later'
            else cast(summed.order_number as {{ dbt.type_string() }})
        end as order_number_label,
        summed.order_number,
        preceding.preceding_order_count,
        summed.order_count,
        cast(summed.order_count as double) / preceding.preceding_order_count as continuation_rate,
        cast(summed.p25_days as double) as p25_days_since_previous_order,
        cast(summed.median_days as double) as median_days_since_previous_order,
        cast(summed.p75_days as double) as p75_days_since_previous_order,
        cast(summed.days as double) / summed.order_count as mean_days_since_previous_order

    from summed
    inner join preceding
        on summed.order_number is not distinct from preceding.order_number

)

select * from final
