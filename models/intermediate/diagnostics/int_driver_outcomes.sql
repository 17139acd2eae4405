with

customers as (

    select * from {{ ref('int_orders_aggregated_to_customer') }}

),

-- the silence that makes a customer lapsed must lie after the days that the features describe, or an order in those
-- days would decide both
observed as (

    select
        customer_id,
        first_order_date,
        cast({{ dbt.dateadd('day', var('driver_first_days'), 'first_order_date') }} as date) as first_days_end_date,
        cast(
            {{ dbt.dateadd('day', var('driver_first_days') + var('lapse_days'), 'first_order_date') }} as date
        ) as later_days_end_date,
        recency_days - 1 > {{ var('lapse_days') }} as is_lapsed

    from customers
    where first_order_age_days - 1 >= {{ var('driver_first_days') + var('lapse_days') }}

),

-- every customer has been seen for that long, so that an old one is not worth more for being old
later as (

    select
        observed.customer_id,
        sum(customer_days.monetary_value) as later_value

    from observed
    inner join {{ ref('int_customer_days') }} as customer_days
        on
            observed.customer_id = customer_days.customer_id
            and observed.first_days_end_date <= customer_days.order_date
            and observed.later_days_end_date > customer_days.order_date
    group by observed.customer_id

),

-- without any orders a summary of each customer's spend is all there is
summarised as (

    select
        customer_id,
        sum(measure_value) as later_value

    from {{ ref('int_customer_summary_measures') }}
    where
        measure_kind = 'spend'
        and (select count(customers.first_order_date) from customers) = 0
    group by customer_id

),

combined as (

    select
        observed.customer_id,
        observed.first_order_date,
        observed.first_days_end_date,
        observed.is_lapsed,
        cast(coalesce(later.later_value, 0) as decimal(18, 4)) as later_value

    from observed
    left join later
        on observed.customer_id = later.customer_id

    union all

    select
        customer_id,
        cast(null as date) as first_order_date,
        cast(null as date) as first_days_end_date,
        cast(null as boolean) as is_lapsed,
        cast(later_value as decimal(18, 4)) as later_value

    from summarised

),

numbered as (

    select
        row_number() over (order by customer_id asc) as customer_number,
        *

    from combined

)

select * from numbered
