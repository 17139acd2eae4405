with

customers as (

    select * from {{ ref('int_customer_cohorts') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

summed as (

    select
        customers.first_order_month,
        customers.acquisition_channel,
        customer_months.month_start_date,
        count(*) filter (where customer_months.is_first_order_month) as new_customers,
        sum(customer_months.margin_amount) as margin_amount

    from customers
    inner join customer_months
        on
            customers.customer_id = customer_months.customer_id
            and customers.first_order_month <= customer_months.month_start_date
    group by customers.first_order_month, customers.acquisition_channel, customer_months.month_start_date

),

-- 'all' takes in every channel
totalled as (

    select
        first_order_month,
        acquisition_channel as channel,
        month_start_date,
        new_customers,
        margin_amount
    from summed
    where acquisition_channel <> 'all'
    union all
    select
        first_order_month,
        'all' as channel,
        month_start_date,
        sum(new_customers) as new_customers,
        sum(margin_amount) as margin_amount
    from summed
    group by first_order_month, month_start_date

),

cumulated as (

    select
        {{ combined_key(['first_order_month', 'channel', 'month_start_date']) }} as acquisition_channel_month_key,
        first_order_month,
        channel,
        {{ dbt.datediff('first_order_month', 'month_start_date', 'month') }} as month_number,
        cast(new_customers as bigint) as new_customers,
        margin_amount,
        sum(margin_amount) over (
            partition by first_order_month, channel order by month_start_date
        ) as cumulative_margin_amount

    from totalled

)

select * from cumulated
