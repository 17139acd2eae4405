{%- set mart = 'fct_segment_shifts' -%}
{%- set gain = 'entered_expected_revenue - left_expected_revenue' -%}
{%- set shifts = [
    ('segment_rise', 'gained', 'entered', 'left', 'desc'),
    ('segment_fall', 'lost', 'left', 'entered', 'asc'),
] -%}
with

shifts as (

    select
        *,
        row_number() over (order by {{ gain }} desc nulls last, segment asc) as segment_rise_position,
        row_number() over (order by {{ gain }} asc nulls last, segment asc) as segment_fall_position

    from {{ ref(mart) }}

),

told as (

    {% for topic, verb, larger, smaller, direction in shifts -%}
    select
        '{{ topic }}' as topic,
        segment as subject,
        base_date,
        entered_customers as customers,
        left_customers as base_customers,
        cast(entered_expected_revenue as double) as measure_value,
        cast(left_expected_revenue as double) as base_value,
        cast(null as double) as lower_value,
        cast(null as double) as upper_value,
        'The segment ' || segment || ' {{ verb }} the most expected revenue since '
        || cast(base_date as {{ dbt.type_string() }}) || ': '
        || {{ number_as_text('entered_customers') }} || ' customers who came are expected to bring '
        || {{ money_as_text('entered_expected_revenue') }} || ', '
        || {{ number_as_text('left_customers') }} || ' who left ' || {{ money_as_text('left_expected_revenue') }}
            as sentence,
        '{{ mart }}' as source_mart,
        'from marts.{{ mart }} order by {{ gain }} {{ direction }} nulls last' as source_query
    from shifts
    where {{ topic }}_position = 1 and {{ larger }}_expected_revenue > {{ smaller }}_expected_revenue
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from told
