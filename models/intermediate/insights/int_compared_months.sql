with

compared as (

    select * from {{ ref('int_revenue_months_compared') }}

),

last_months as (

    select max(month_start_date) as month_start_date
    from compared
    where not is_partial_period

),

-- the first month of the data may lack days, and old customers look new in it: it is no measure for another one
known as (

    select
        compared.comparison,
        compared.month_start_date,
        compared.base_month_start_date,
        compared.base_known_net_revenue + compared.base_unknown_customer_net_revenue as base_net_revenue

    from compared
    inner join last_months
        on compared.month_start_date = last_months.month_start_date
    where not compared.is_base_first_period

)

select * from known
