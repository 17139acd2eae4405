{%- set period = 'migration_months, start_date, end_date, is_partial_period' -%}
with

history as (

    select * from {{ ref('fct_customer_segment_history') }}

),

periods as (

    select * from {{ ref('int_migration_periods') }}

),

compared as (

    select
        periods.migration_months,
        periods.start_date,
        periods.end_date,
        periods.is_partial_period,
        coalesce(start_rows.rfm_segment, 'not_yet_a_customer') as start_rfm_segment,
        end_rows.rfm_segment as end_rfm_segment,
        coalesce(start_rows.managerial_segment, 'not_yet_a_customer') as start_managerial_segment,
        end_rows.managerial_segment as end_managerial_segment,
        end_rows.monetary_value - coalesce(start_rows.monetary_value, 0) as monetary_value

    from history as end_rows
    inner join periods
        on end_rows.snapshot_number = periods.end_number
    left join history as start_rows
        on
            end_rows.customer_id = start_rows.customer_id
            and periods.start_number = start_rows.snapshot_number

),

summed as (

    select
        {{ period }},
        start_rfm_segment,
        end_rfm_segment,
        start_managerial_segment,
        end_managerial_segment,
        count(*) as customers,
        sum(monetary_value) as monetary_value

    from compared
    group by {{ period }}, start_rfm_segment, end_rfm_segment, start_managerial_segment, end_managerial_segment

),

parted as (

    {% for segmentation in ['rfm', 'managerial'] -%}
    select
        '{{ segmentation }}' as segmentation,
        {{ period }},
        start_{{ segmentation }}_segment as start_segment,
        end_{{ segmentation }}_segment as end_segment,
        cast(sum(customers) as bigint) as customers,
        sum(monetary_value) as monetary_value
    from summed
    group by {{ period }}, start_{{ segmentation }}_segment, end_{{ segmentation }}_segment
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

keyed as (

    select
        {{ combined_key(['segmentation', 'migration_months', 'end_date', 'start_segment', 'end_segment']) }}
            as segment_migration_key,
        *

    from parted

)

select * from keyed
