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

summed as (

    select
        feature,
        sum(customers) as customers,
        sum(lapsed_customers) as lapsed_customers,
        sum(later_value) as later_value

    from level_sums
    group by feature

),

missing as (

    select
        features.feature,
        52 as level_number,
        'missing' as level_kind,
        population.customers - coalesce(summed.customers, 0) as customers,
        population.lapsed_customers - coalesce(summed.lapsed_customers, 0) as lapsed_customers,
        population.later_value - coalesce(summed.later_value, 0) as later_value

    from features
    cross join population
    left join summed
        on features.feature = summed.feature
    where population.customers <> coalesce(summed.customers, 0)

),

completed as (

    select
        feature, level_number, level_kind, text_value, lowest_value, highest_value, customers, lapsed_customers,
        later_value

    from level_sums

    union all

    select
        feature, level_number, level_kind, null, null, null, customers, lapsed_customers, later_value

    from missing

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
