with

customers as (

    select * from {{ ref('int_customer_cohorts') }}

),

last_whole_period as (

    select coalesce(max(period_index), 0) as last_whole_index
    from {{ ref('int_periods') }}
    where period_grain = {{ sql_text(var('cohort_grain')) }} and not is_partial_period

),

attributed as (

    {% for dimension, attribute in [
        ('country', 'acquisition_country'), ('channel', 'acquisition_channel'), ('product', 'acquisition_product_id')
    ] -%}
    select
        '{{ dimension }}' as dimension,
        {{ attribute }} as member,
        customer_id,
        cohort_index
    from customers
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

ranked as (

    select
        dimension,
        member,
        row_number() over (partition by dimension order by count(*) desc, member asc) as position

    from attributed
    group by dimension, member

),

lumped as (

    select
        {{ combined_key(['attributed.dimension', 'attributed.customer_id']) }} as acquisition_member_key,
        attributed.dimension,
        case when ranked.position <= {{ var('cohort_top_members') }} then attributed.member else 'other' end as member,
        attributed.customer_id,
        last_whole_period.last_whole_index - attributed.cohort_index as last_whole_period_number

    from attributed
    inner join ranked
        on
            attributed.dimension = ranked.dimension
            and attributed.member = ranked.member
    cross join last_whole_period

)

select * from lumped
