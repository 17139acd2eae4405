{%- set band = var('backtest_bias_band') -%}
with

nearest as (

    select
        *,
        min(case when is_candidate then mean_absolute_bias end) over (partition by measure) as least_bias

    from {{ ref('int_backtest_averaged') }}

),

-- calibration first: whoever is in the band; if nobody is, whoever is hardly further off than the nearest
shortlisted as (

    select
        *,
        is_candidate
        and mean_absolute_bias <= case when least_bias <= {{ band }} then {{ band }} else least_bias + 0.02 end
            as is_shortlisted

    from nearest

),

-- then ranking; of those that rank customers about as well as the best the simplest
chosen as (

    select
        *,
        is_shortlisted
        and normalised_gini
        >= max(case when is_shortlisted then normalised_gini end) over (partition by measure) - 0.005 as is_finalist

    from shortlisted

),

numbered as (

    select
        *,
        row_number() over (
            partition by measure
            order by case when is_finalist then complexity end nulls last, complexity
        ) as place

    from chosen

),

final as (

    select
        {{ combined_key(['challenger', 'measure']) }} as backtest_standing_key,
        challenger,
        measure,
        is_finalist and place = 1 as is_champion,
        is_baseline,
        mean_absolute_bias <= {{ band }} as is_calibrated,
        cutoffs,
        mean_absolute_bias,
        lowest_bias,
        highest_bias,
        mean_absolute_error,
        root_mean_squared_error,
        spearman_correlation,
        normalised_gini,
        top_decile_share,
        gini_above_last_period,
        status_reason

    from numbered

)

select * from final
