{%- set spans = (var('migration_months') + [1, var('markov_period_months')]) | unique | sort -%}
with

snapshots as (

    select * from {{ ref('int_snapshots') }}

),

spans as (

    {% for months in spans -%}
    select {{ months }} as migration_months
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

periods as (

    select
        spans.migration_months,
        starts.snapshot_number as start_number,
        starts.snapshot_date as start_date,
        ends.snapshot_number as end_number,
        ends.snapshot_date as end_date,
        ends.is_partial_period

    from spans
    cross join snapshots as ends
    inner join snapshots as starts
        on ends.snapshot_number - spans.migration_months = starts.snapshot_number

)

select * from periods
