with

covered_days as (

    select
        dates.*,
        bounds.as_of_date

    from {{ ref('dim_dates') }} as dates
    cross join {{ ref('int_as_of_date') }} as bounds
    where dates.is_covered

),

periods as (

    {% for grain, start_date in [
        ('day', 'date_day'), ('week', 'week_start_date'), ('month', 'month_start_date'), ('quarter', 'quarter_start_date')
    ] -%}
    select
        '{{ grain }}' as period_grain,
        {{ start_date }} as period_start_date,
        cast({{ dbt.dateadd('day', -1, dbt.dateadd(grain, 1, start_date)) }} as date) as period_end_date,
        max(date_day) as last_covered_date,
        max(as_of_date) as as_of_date
    from covered_days
    group by {{ start_date }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

flagged as (

    select
        {{ combined_key(['period_grain', 'period_start_date']) }} as period_key,
        period_grain,
        period_start_date,
        period_end_date,
        last_covered_date,
        row_number() over (partition by period_grain order by period_start_date) as period_index,
        period_start_date = min(period_start_date) over (partition by period_grain) as is_first_period,
        period_end_date > as_of_date as is_partial_period

    from periods

)

select * from flagged
