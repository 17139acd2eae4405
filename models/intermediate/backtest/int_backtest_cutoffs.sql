{%- set horizon = var('backtest_horizon_days') -%}
{%- set needed_days = var('backtest_min_calibration_days') -%}
with

as_of as (

    select * from {{ ref('int_as_of_date') }}
    where as_of_date is not null and first_order_date is not null

),

-- 1 is the latest cut-off, whose horizon ends on the as-of date
stepped as (

    {% for step in range(var('backtest_cutoffs')) -%}
    {% set days_back = horizon + step * var('backtest_step_days') -%}
    select
        {{ step + 1 }} as cutoff_number,
        cast({{ dbt.dateadd('day', -days_back, 'as_of_date') }} as date) as cutoff_date,
        first_order_date
    from as_of
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

measured as (

    select
        *,
        cast({{ dbt.dateadd('day', horizon, 'cutoff_date') }} as date) as horizon_end_date,
        cast({{ dbt.dateadd('day', -horizon, 'cutoff_date') }} as date) as training_date,
        {{ dbt.datediff('first_order_date', 'cutoff_date', 'day') }} as calibration_days

    from stepped

),

final as (

    select
        cutoff_number,
        cutoff_date,
        horizon_end_date,
        {{ horizon }} as horizon_days,
        greatest(calibration_days, 0) as calibration_days,
        -- what learns outcomes needs an earlier horizon, and at least half as long a time before it
        case when calibration_days >= 1.5 * {{ horizon }} then training_date end as training_date,
        case when calibration_days >= {{ needed_days }} then 'ok' else 'fallback' end as status,
        case
            when calibration_days < {{ needed_days }}
                then
                    'There are '
                    || cast(greatest(calibration_days, 0) as {{ dbt.type_string() }})
                    || ' days of orders before the cut-off; it needs {{ needed_days }}.'
        end as status_reason

    from measured

)

select * from final
