{%- set offers = [
    ('best_return', 'profit_per_cost'),
    ('best_profit', 'expected_incremental_profit'),
] -%}
{%- set shifts = [('segment_rise', '>', 'desc'), ('segment_fall', '<', 'asc')] -%}
with

offers as (

    select
        *,
        row_number() over (order by profit_per_cost desc nulls last, offer_number asc) as best_return_position,
        row_number() over (order by expected_incremental_profit desc, offer_number asc) as best_profit_position

    from {{ ref('int_offer_returns') }}

),

shifts as (

    select
        *,
        row_number() over (
            order by entered_expected_revenue - left_expected_revenue desc, segment asc
        ) as segment_rise_position,
        row_number() over (
            order by entered_expected_revenue - left_expected_revenue asc, segment asc
        ) as segment_fall_position

    from {{ ref('int_segment_shifts') }}

),

told as (

    {% for topic, measure in offers -%}
    select
        '{{ topic }}' as topic,
        offer || ' (' || action || ')' as subject,
        uplift_source as detail,
        cast(null as date) as base_date,
        customers,
        cast(null as bigint) as base_customers,
        cast({{ measure }} as double) as measure_value,
        cast(expected_cost as double) as base_value,
        cast(null as double) as lower_value,
        cast(null as double) as upper_value,
        'int_offer_returns' as source_mart,
        'from intermediate.' || 'int_offer_returns order by {{ measure }} desc' as source_query
    from offers
    where {{ topic }}_position = 1 and {{ measure }} is not null

    union all

    {% endfor -%}
    {% for topic, sign, direction in shifts -%}
    select
        '{{ topic }}' as topic,
        segment as subject,
        cast(null as {{ dbt.type_string() }}) as detail,
        base_date,
        entered_customers as customers,
        left_customers as base_customers,
        cast(entered_expected_revenue as double) as measure_value,
        cast(left_expected_revenue as double) as base_value,
        cast(null as double) as lower_value,
        cast(null as double) as upper_value,
        'int_segment_shifts' as source_mart,
        'from intermediate.' || 'int_segment_shifts'
        || ' order by entered_expected_revenue - left_expected_revenue {{ direction }}' as source_query
    from shifts
    where {{ topic }}_position = 1 and entered_expected_revenue {{ sign }} left_expected_revenue
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from told
