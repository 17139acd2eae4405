with

transitions as (

    select * from {{ ref('int_segment_transitions') }}

),

summed as (

    {% for segment_timing in ['start', 'end'] -%}
    select
        segmentation,
        migration_months,
        start_date,
        end_date,
        is_partial_period,
        '{{ segment_timing }}' as segment_timing,
        {{ segment_timing }}_segment as segment,
        cast(sum(customers) as bigint) as customers,
        sum(monetary_value) as monetary_value
    from transitions
    group by segmentation, migration_months, start_date, end_date, is_partial_period, {{ segment_timing }}_segment
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

shared as (

    select
        *,
        sum(monetary_value) over (
            partition by segmentation, migration_months, end_date, segment_timing
        ) as period_monetary_value

    from summed

),

final as (

    select
        {{ combined_key(['segmentation', 'migration_months', 'end_date', 'segment_timing', 'segment']) }}
            as segment_revenue_key,
        segmentation,
        migration_months,
        start_date,
        end_date,
        is_partial_period,
        segment_timing,
        segment,
        customers,
        cast(monetary_value as decimal(18, 4)) as monetary_value,
        {{ ratio('monetary_value', 'customers') }} as monetary_value_per_customer,
        {{ ratio('monetary_value', 'period_monetary_value') }} as monetary_share

    from shared

)

select * from final
