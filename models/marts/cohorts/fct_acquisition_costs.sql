with

spend as (

    select * from {{ ref('int_acquisition_spend') }}

),

channel_months as (

    select * from {{ ref('int_acquisition_channel_months') }}

),

acquired as (

    select
        spend.acquisition_cost_key,
        spend.month_start_date,
        spend.channel,
        spend.is_first_period,
        spend.is_partial_period,
        spend.spend_amount,
        coalesce(sum(channel_months.new_customers), 0) as new_customers,
        sum(channel_months.margin_amount) as margin_amount,
        min(channel_months.month_number) filter (
            where spend.spend_amount > 0 and channel_months.cumulative_margin_amount >= spend.spend_amount
        ) as payback_months

    from spend
    left join channel_months
        on
            spend.month_start_date = channel_months.first_order_month
            and spend.channel = channel_months.channel
    group by
        spend.acquisition_cost_key,
        spend.month_start_date,
        spend.channel,
        spend.is_first_period,
        spend.is_partial_period,
        spend.spend_amount

),

final as (

    select
        acquisition_cost_key,
        month_start_date,
        channel,
        is_first_period,
        is_partial_period,
        cast(spend_amount as decimal(18, 4)) as spend_amount,
        cast(new_customers as bigint) as new_customers,
        case
            when spend_amount > 0 then cast(spend_amount as double) / nullif(new_customers, 0)
        end as customer_acquisition_cost,
        cast(margin_amount as double) / nullif(new_customers, 0) as cumulative_margin_per_customer,
        case
            when spend_amount > 0 and new_customers > 0
                then cast(margin_amount as double) / cast(spend_amount as double)
        end as lifetime_value_to_cost,
        payback_months

    from acquired

)

select * from final
