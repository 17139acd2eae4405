with

spend as (

    select
        month_start_date,
        coalesce(channel, 'unknown') as channel,
        amount

    from {{ ref('int_marketing_spend_checked') }}
    where row_problem is null and spent_date <= {{ as_of_date() }}

),

spend_bounds as (

    select
        min(month_start_date) as first_spend_month,
        max(month_start_date) as last_spend_month

    from spend

),

-- spend on the channel 'all' belongs to no channel of its own
spend_totals as (

    select
        month_start_date,
        channel,
        sum(amount) as amount
    from spend
    where channel <> 'all'
    group by month_start_date, channel
    union all
    select
        month_start_date,
        'all' as channel,
        sum(amount) as amount
    from spend
    group by month_start_date

),

channels as (

    select channel from spend_totals
    union
    select channel from {{ ref('int_acquisition_channel_months') }}

),

-- no spend between the first and the last month of the source is 0; beyond them it is not known
calendar as (

    select
        {{ combined_key(['months.period_start_date', 'channels.channel']) }} as acquisition_cost_key,
        months.period_start_date as month_start_date,
        months.is_first_period,
        months.is_partial_period,
        channels.channel,
        case
            when months.period_start_date between spend_bounds.first_spend_month and spend_bounds.last_spend_month
                then coalesce(spend_totals.amount, 0)
        end as spend_amount

    from {{ ref('int_periods') }} as months
    cross join channels
    inner join spend_bounds
        on spend_bounds.first_spend_month is not null
    left join spend_totals
        on
            months.period_start_date = spend_totals.month_start_date
            and channels.channel = spend_totals.channel
    where months.period_grain = 'month'

)

select * from calendar
