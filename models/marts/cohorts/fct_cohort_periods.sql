with

cohort_periods as (

    select * from {{ ref('int_cohort_periods') }}

),

-- what all known customers left in a period, those among them who are in no cohort yet
period_totals as (

    select
        period_start_date,
        cast(sum(net_revenue) as double) as known_net_revenue

    from {{ ref('int_customer_periods') }}
    group by period_start_date

),

cumulated as (

    select
        *,
        sum(net_revenue) over (
            partition by cohort_start_date order by period_number
        ) as cumulative_net_revenue,
        sum(margin_amount) over (
            partition by cohort_start_date order by period_number
        ) as cumulative_margin_amount

    from cohort_periods

),

final as (

    select
        cumulated.cohort_period_key,
        cumulated.cohort_start_date,
        cumulated.period_number,
        cumulated.cohort_size,
        cumulated.period_start_date,
        cumulated.is_elapsed,
        cumulated.is_partial_period,
        cumulated.active_customers,
        cast(cumulated.active_customers as double) / cumulated.cohort_size as retention_rate,
        cumulated.order_count,
        cast(cumulated.gross_revenue as decimal(18, 4)) as gross_revenue,
        cast(cumulated.discount_amount as decimal(18, 4)) as discount_amount,
        cast(cumulated.returns_amount as decimal(18, 4)) as returns_amount,
        cast(cumulated.net_revenue as decimal(18, 4)) as net_revenue,
        cast(cumulated.margin_amount as decimal(18, 4)) as margin_amount,
        cast(cumulated.net_revenue as double) / nullif(cumulated.order_count, 0) as average_order_value,
        {{ ratio('cumulated.returns_amount', 'cumulated.gross_revenue') }} as return_rate,
        {{ ratio('cumulated.discount_amount', 'cumulated.gross_revenue') }} as discount_rate,
        cast(cumulated.net_revenue as double) / cumulated.cohort_size as net_revenue_per_customer,
        case
            when cumulated.is_elapsed
                then cast(cumulated.cumulative_net_revenue as double) / cumulated.cohort_size
        end as cumulative_net_revenue_per_customer,
        case
            when cumulated.is_elapsed
                then cast(cumulated.cumulative_margin_amount as double) / cumulated.cohort_size
        end as cumulative_margin_per_customer,
        -- a share of less than nothing, where returns outweigh the sales, means nothing
        case
            when period_totals.known_net_revenue > 0
                then cast(cumulated.net_revenue as double) / period_totals.known_net_revenue
        end as share_of_period_revenue

    from cumulated
    left join period_totals
        on cumulated.period_start_date = period_totals.period_start_date

)

select * from final
