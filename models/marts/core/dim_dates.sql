with

bounds as (

    select
        cast({{ dbt.date_trunc('month', 'first_order_date') }} as date) as first_date,
        cast({{ dbt.last_day('as_of_date', 'month') }} as date) as last_date,
        first_order_date,
        as_of_date

    from {{ ref('int_as_of_date') }}

),

digits as (

    {% for digit in range(10) -%}
    select {{ digit }} as digit
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

offsets as (

    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit
        + 1000 * thousands.digit + 10000 * ten_thousands.digit as day_offset

    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands

),

days as (

    select
        cast({{ dbt.dateadd('day', 'offsets.day_offset', 'bounds.first_date') }} as date) as date_day,
        bounds.first_order_date,
        bounds.as_of_date

    from offsets
    inner join bounds
        on offsets.day_offset <= {{ dbt.datediff('bounds.first_date', 'bounds.last_date', 'day') }}

),

final as (

    select
        date_day,
        cast({{ dbt.date_trunc('week', 'date_day') }} as date) as week_start_date,
        cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month_start_date,
        cast({{ dbt.date_trunc('quarter', 'date_day') }} as date) as quarter_start_date,
        cast(extract(year from date_day) as int) as year_number,
        cast(extract(month from date_day) as int) as month_number,
        cast({{ dbt.datediff(dbt.date_trunc('week', 'date_day'), 'date_day', 'day') }} + 1 as int) as iso_day_of_week,
        date_day between first_order_date and as_of_date as is_covered

    from days

)

select * from final
