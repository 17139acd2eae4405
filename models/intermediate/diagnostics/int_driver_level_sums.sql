with

features as (

    select * from {{ ref('int_driver_features') }}

),

outcomes as (

    select
        customer_number,
        later_value,
        case when is_lapsed then 1 else 0 end as is_lapsed_count

    from {{ ref('int_driver_outcomes') }}

),

edges as (

    select
        feature,
        {{ bin_edges('quarter', 'number_value', 4) }}

    from features
    where is_number and number_value is not null
    group by feature

),

scored as (

    select
        features.feature,
        features.customer_number,
        features.number_value,
        {{ bin_score('quarter', 'features.number_value', 4) }} as level_number

    from features
    inner join edges
        on features.feature = edges.feature
    where features.is_number and features.number_value is not null

),

quarters as (

    select
        scored.feature,
        scored.level_number,
        min(scored.number_value) as lowest_value,
        max(scored.number_value) as highest_value,
        count(*) as customers,
        sum(outcomes.is_lapsed_count) as lapsed_customers,
        sum(outcomes.later_value) as later_value

    from scored
    inner join outcomes
        on scored.customer_number = outcomes.customer_number
    group by scored.feature, scored.level_number

),

categories as (

    select
        features.feature,
        features.text_value,
        row_number() over (
            partition by features.feature order by count(*) desc, features.text_value asc
        ) as category_number,
        count(*) as customers,
        sum(outcomes.is_lapsed_count) as lapsed_customers,
        sum(outcomes.later_value) as later_value

    from features
    inner join outcomes
        on features.customer_number = outcomes.customer_number
    where not features.is_number and features.text_value is not null
    group by features.feature, features.text_value

),

-- beyond the fifty most frequent categories a level would be noise
levels as (

    select
        feature,
        level_number,
        'quarter' as level_kind,
        cast(null as {{ dbt.type_string() }}) as text_value,
        lowest_value,
        highest_value,
        customers,
        lapsed_customers,
        later_value

    from quarters

    union all

    select
        feature,
        least(category_number, 51) as level_number,
        case when min(category_number) > 50 then 'other' else 'category' end as level_kind,
        case when min(category_number) <= 50 then min(text_value) end as text_value,
        cast(null as double) as lowest_value,
        cast(null as double) as highest_value,
        sum(customers) as customers,
        sum(lapsed_customers) as lapsed_customers,
        sum(later_value) as later_value

    from categories
    group by feature, least(category_number, 51)

),

keyed as (

    select
        {{ combined_key(['feature', 'level_number']) }} as driver_level_key,
        *

    from levels

)

select * from keyed
