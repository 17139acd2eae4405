with

features as (

    select
        features.feature,
        features.is_number,
        features.text_value,
        features.number_value,
        outcomes.later_value,
        case when outcomes.is_lapsed then 1 else 0 end as lapsed_count

    from {{ ref('int_driver_features') }} as features
    inner join {{ ref('int_driver_outcomes') }} as outcomes
        on features.customer_number = outcomes.customer_number

),

edges as (

    select
        feature,
        {{ bin_edges('quarter', 'number_value', 4) }}

    from features
    where is_number and number_value is not null
    group by feature

),

quarters as (

    select
        features.feature,
        {{ bin_score('quarter', 'features.number_value', 4) }} as level_number,
        min(features.number_value) as lowest_value,
        max(features.number_value) as highest_value,
        count(*) as customers,
        sum(features.lapsed_count) as lapsed_customers,
        sum(features.later_value) as later_value

    from features
    inner join edges
        on features.feature = edges.feature
    where features.is_number and features.number_value is not null
    group by features.feature, {{ bin_score('quarter', 'features.number_value', 4) }}

),

categories as (

    select
        feature,
        text_value,
        row_number() over (partition by feature order by count(*) desc, text_value asc) as category_number,
        count(*) as customers,
        sum(lapsed_count) as lapsed_customers,
        sum(later_value) as later_value

    from features
    where not is_number and text_value is not null
    group by feature, text_value

),

-- beyond the fifty most frequent categories a level would be noise
levels as (

    select
        feature, level_number, 'quarter' as level_kind, cast(null as {{ dbt.type_string() }}) as text_value,
        lowest_value, highest_value, customers, lapsed_customers, later_value

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

)

select * from levels
