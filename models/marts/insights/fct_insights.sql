with

movements as (

    {% for kind in ['measures', 'members', 'causes'] -%}
    select
        comparison,
        month_start_date,
        base_month_start_date,
        topic,
        subject,
        unit,
        measure_value,
        base_value,
        movement_size,
        source_mart,
        source_query
    from {{ ref('int_insight_' ~ kind) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- money is told in whole units where it is large, rates in per cent
worded as (

    select
        *,
        measure_value - base_value as change,
        case
            when unit = 'rate' then {{ number_as_text('100 * measure_value', 1) }} || ' %'
            when unit = 'money' and abs(measure_value) < 1000 then {{ number_as_text('measure_value', 2) }}
            else {{ number_as_text('measure_value') }}
        end as value_text,
        case
            when unit = 'rate' then {{ number_as_text('100 * base_value', 1) }} || ' %'
            when unit = 'money' and abs(base_value) < 1000 then {{ number_as_text('base_value', 2) }}
            else {{ number_as_text('base_value') }}
        end as base_text,
        case
            when unit = 'rate' then {{ number_as_text('100 * abs(measure_value - base_value)', 1) }} || ' points'
            when base_value > 0 then {{ number_as_text('100 * abs(measure_value / base_value - 1)', 1) }} || ' %'
            else {{ number_as_text('abs(measure_value - base_value)') }}
        end as change_text,
        substr(cast(month_start_date as {{ dbt.type_string() }}), 1, 7) as month_text,
        case comparison when 'year_before' then 'a year before' else 'the month before' end as base_name

    from movements

),

phrased as (

    select
        *,
        case
            when unit = 'effect' and change > 0 then ' moved net revenue by +' || {{ number_as_text('change') }}
            when unit = 'effect' then ' moved net revenue by ' || {{ number_as_text('change') }}
            else ' was ' || value_text
        end as verb_text,
        case
            when unit = 'effect' then change_text || ' of that of ' || base_name || ' (' || base_text || ')'
            when base_value = 0 then 'after none ' || base_name
            when change > 0 then change_text || ' higher than ' || base_name || ' (' || base_text || ')'
            else change_text || ' lower than ' || base_name || ' (' || base_text || ')'
        end as comparison_text

    from worded

),

final as (

    select
        {{ combined_key(['topic', 'comparison']) }} as insight_key,
        row_number() over (order by movement_size desc nulls last, topic asc, comparison asc) as insight_rank,
        month_start_date,
        comparison,
        base_month_start_date,
        topic,
        subject || verb_text || ' in ' || month_text || ', ' || comparison_text || '.' as sentence,
        measure_value,
        base_value,
        change as measure_change,
        movement_size,
        source_mart,
        source_query

    from phrased

)

select * from final
