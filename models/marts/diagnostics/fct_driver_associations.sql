with

associations as (

    select * from {{ ref('int_driver_associations') }}

),

-- epsilon squared is a share of variance; its square root is comparable with the other measures
strengths as (

    select
        *,
        case
            when effect_size_measure = 'epsilon_squared' then sqrt(greatest(effect_size, 0))
            else abs(effect_size)
        end as effect_strength

    from associations

),

final as (

    select
        {{ combined_key(['outcome', 'feature']) }} as driver_association_key,
        outcome,
        feature,
        feature_kind,
        test_name,
        customers,
        statistic,
        effect_size,
        effect_size_measure,
        case
            when p_value is not null
                then cast(row_number() over (
                    partition by outcome order by effect_strength desc nulls last, feature asc
                ) as bigint)
        end as effect_rank,
        direction,
        p_value,
        adjusted_p_value,
        adjusted_p_value <= {{ var('driver_significance_level') }} as is_significant,
        status,
        status_reason

    from strengths

)

select * from final
