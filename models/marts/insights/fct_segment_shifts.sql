with

history as (

    select * from {{ ref('fct_customer_segment_history') }}

),

predictions as (

    select * from {{ ref('fct_customer_lifetime_value') }}

),

-- the month end before the last four weeks: the one before the as-of date may be yesterday
base_dates as (

    select max(snapshot_date) as base_date
    from history
    where snapshot_date <= {{ dbt.dateadd('day', -28, as_of_date()) }}

),

base_segments as (

    select
        history.customer_id,
        history.rfm_segment,
        base_dates.base_date

    from history
    inner join base_dates
        on history.snapshot_date = base_dates.base_date

),

moved as (

    select
        latest.rfm_segment as segment,
        base_segments.rfm_segment as base_segment,
        cast(predictions.expected_orders_26w * predictions.expected_order_value as decimal(38, 9)) as expected_revenue

    from history as latest
    left join base_segments
        on latest.customer_id = base_segments.customer_id
    left join predictions
        on latest.customer_id = predictions.customer_id
    where
        latest.is_latest_snapshot
        and latest.rfm_segment is distinct from base_segments.rfm_segment

),

sides as (

    select
        segment,
        true as has_entered,
        expected_revenue
    from moved

    union all

    select
        base_segment as segment,
        false as has_entered,
        expected_revenue
    from moved
    where base_segment is not null

),

final as (

    select
        sides.segment,
        base_dates.base_date,
        count(*) filter (where sides.has_entered) as entered_customers,
        count(*) filter (where not sides.has_entered) as left_customers,
        cast(
            case
                when count(*) filter (where sides.has_entered) = 0 then 0
                else sum(sides.expected_revenue) filter (where sides.has_entered)
            end as decimal(18, 4)
        ) as entered_expected_revenue,
        cast(
            case
                when count(*) filter (where not sides.has_entered) = 0 then 0
                else sum(sides.expected_revenue) filter (where not sides.has_entered)
            end as decimal(18, 4)
        ) as left_expected_revenue

    from sides
    cross join base_dates
    where base_dates.base_date is not null
    group by sides.segment, base_dates.base_date

)

select * from final
