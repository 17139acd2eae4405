with

transitions as (

    select * from {{ ref('int_segment_transitions') }}

),

totalled as (

    select
        *,
        sum(customers) over (
            partition by segmentation, migration_months, end_date, start_segment
        ) as start_customers

    from transitions

),

final as (

    select
        segment_migration_key,
        segmentation,
        migration_months,
        start_date,
        end_date,
        is_partial_period,
        start_segment,
        end_segment,
        customers,
        cast(start_customers as bigint) as start_customers,
        {{ ratio('customers', 'start_customers') }} as migration_share

    from totalled

)

select * from final
