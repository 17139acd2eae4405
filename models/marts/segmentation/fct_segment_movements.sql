with

transitions as (

    select * from {{ ref('int_segment_transitions') }}
    where migration_months = 1

),

-- every migration is seen twice: from the segment it ends in and from the one it starts in
sides as (

    select
        segmentation,
        end_date,
        is_partial_period,
        end_segment as segment,
        customers as closing_customers,
        case when start_segment = 'not_yet_a_customer' then customers else 0 end as new_customers,
        case
            when start_segment not in ('not_yet_a_customer', end_segment) then customers else 0
        end as entered_customers,
        0 as left_customers,
        case when start_segment = end_segment then customers else 0 end as stayed_customers,
        0 as opening_customers

    from transitions

    union all

    select
        segmentation,
        end_date,
        is_partial_period,
        start_segment as segment,
        0 as closing_customers,
        0 as new_customers,
        0 as entered_customers,
        case when start_segment <> end_segment then customers else 0 end as left_customers,
        0 as stayed_customers,
        customers as opening_customers

    from transitions
    where start_segment <> 'not_yet_a_customer'

),

summed as (

    select
        segmentation,
        cast({{ dbt.date_trunc('month', 'end_date') }} as date) as month_start_date,
        is_partial_period,
        segment,
        cast(sum(opening_customers) as bigint) as opening_customers,
        cast(sum(new_customers) as bigint) as new_customers,
        cast(sum(entered_customers) as bigint) as entered_customers,
        cast(sum(left_customers) as bigint) as left_customers,
        cast(sum(stayed_customers) as bigint) as stayed_customers,
        cast(sum(closing_customers) as bigint) as closing_customers

    from sides
    group by segmentation, end_date, is_partial_period, segment

),

final as (

    select
        {{ combined_key(['segmentation', 'month_start_date', 'segment']) }} as segment_month_key,
        segmentation,
        month_start_date,
        is_partial_period,
        segment,
        opening_customers,
        new_customers,
        entered_customers,
        left_customers,
        stayed_customers,
        closing_customers

    from summed

)

select * from final
