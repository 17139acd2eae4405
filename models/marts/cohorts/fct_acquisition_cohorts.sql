with

members as (

    select * from {{ ref('int_acquisition_members') }}

),

customer_periods as (

    select * from {{ ref('int_customer_periods') }}

),

sized as (

    select
        dimension,
        member,
        last_whole_period_number,
        count(*) as customers

    from members
    where last_whole_period_number >= 0
    group by dimension, member, last_whole_period_number

),

-- whoever came early enough for period k to be over is eligible for it, so that fewer customers are with every period
eligible as (

    select
        sized.dimension,
        sized.member,
        periods.period_index - 1 as period_number,
        cast(sum(sized.customers) as bigint) as customers

    from sized
    inner join {{ ref('int_periods') }} as periods
        on sized.last_whole_period_number >= periods.period_index - 1
    where periods.period_grain = {{ sql_text(var('cohort_grain')) }}
    group by sized.dimension, sized.member, periods.period_index

),

summed as (

    select
        members.dimension,
        members.member,
        customer_periods.period_number,
        count(*) filter (where customer_periods.order_count > 0) as active_customers,
        sum(customer_periods.order_count) as order_count,
        sum(customer_periods.net_revenue) as net_revenue,
        sum(customer_periods.margin_amount) as margin_amount

    from members
    inner join customer_periods
        on
            members.customer_id = customer_periods.customer_id
            and customer_periods.period_number between 0 and members.last_whole_period_number
    group by members.dimension, members.member, customer_periods.period_number

),

final as (

    select
        {{ combined_key(['eligible.dimension', 'eligible.member', 'eligible.period_number']) }}
            as acquisition_cohort_key,
        eligible.dimension,
        eligible.member,
        eligible.period_number,
        eligible.customers,
        coalesce(summed.active_customers, 0) as active_customers,
        cast(coalesce(summed.active_customers, 0) as double) / eligible.customers as retention_rate,
        cast(coalesce(summed.order_count, 0) as bigint) as order_count,
        cast(coalesce(summed.net_revenue, 0) as decimal(18, 4)) as net_revenue,
        cast(coalesce(summed.net_revenue, 0) as double) / eligible.customers as net_revenue_per_customer,
        sum(cast(coalesce(summed.net_revenue, 0) as double) / eligible.customers)
            over so_far as cumulative_net_revenue_per_customer,
        -- period 0 has orders, so that this is null when margins are not known and never else
        sum(cast(summed.margin_amount as double) / eligible.customers)
            over so_far as cumulative_margin_per_customer

    from eligible
    left join summed
        on
            eligible.dimension = summed.dimension
            and eligible.member = summed.member
            and eligible.period_number = summed.period_number
    window so_far as (partition by eligible.dimension, eligible.member order by eligible.period_number)

)

select * from final
