with

level_sums as (

    select * from {{ ref('int_driver_level_sums') }}

),

population as (

    select
        count(*) as customers,
        count(*) filter (where is_lapsed) as lapsed_customers,
        coalesce(sum(later_value), 0) as later_value,
        count(is_lapsed) > 0 as has_lapses

    from {{ ref('int_driver_outcomes') }}

),

-- all-null features have no level of their own, and still they are missing
features as (

    select
        feature,
        min(case when is_number then 1 else 0 end) = 1 as is_number

    from {{ ref('int_driver_features') }}
    group by feature

),

missing as (

    select
        features.feature,
        52 as level_number,
        'missing' as level_kind,
        cast(null as {{ dbt.type_string() }}) as text_value,
        cast(null as double) as lowest_value,
        cast(null as double) as highest_value,
        max(population.customers) - coalesce(sum(level_sums.customers), 0) as customers,
        max(population.lapsed_customers) - coalesce(sum(level_sums.lapsed_customers), 0) as lapsed_customers,
        max(population.later_value) - coalesce(sum(level_sums.later_value), 0) as later_value

    from features
    cross join population
    left join level_sums
        on features.feature = level_sums.feature
    group by features.feature

),

completed as (

    select * from level_sums

    union all

    select * from missing
    where customers <> 0

),

final as (

    select
        {{ combined_key(['completed.feature', 'completed.level_number']) }} as driver_level_key,
        completed.feature,
        case when features.is_number then 'numeric' else 'categorical' end as feature_kind,
        cast(completed.level_number as int) as level_number,
        completed.level_kind,
        case completed.level_kind
            when 'category' then completed.text_value
            when 'quarter' then 'quarter ' || cast(completed.level_number as {{ dbt.type_string() }}) || ' of 4'
            else completed.level_kind
        end as level_name,
        completed.lowest_value,
        completed.highest_value,
        cast(completed.customers as bigint) as customers,
        case when population.has_lapses then cast(completed.lapsed_customers as bigint) end as lapsed_customers,
        case
            when population.has_lapses
                then cast(completed.lapsed_customers as double) / nullif(completed.customers, 0)
        end as lapse_rate,
        cast(completed.later_value as decimal(18, 4)) as later_value,
        cast(completed.later_value as double) / nullif(completed.customers, 0) as mean_later_value

    from completed
    inner join features
        on completed.feature = features.feature
    cross join population

)

select * from final
