with

buckets as (

    select * from {{ ref('int_backtest_scored') }}
    where part = 'calibration'

),

cutoffs as (

    select * from {{ ref('int_backtest_cutoffs') }}

),

final as (

    select
        {{ combined_key(['challenger', 'buckets.cutoff_number', 'measure', 'bucket_kind', 'bucket']) }}
            as backtest_calibration_key,
        buckets.challenger,
        buckets.cutoff_number,
        buckets.measure,
        cutoffs.cutoff_date,
        buckets.bucket_kind,
        buckets.bucket,
        buckets.customers,
        buckets.predicted_total,
        buckets.actual_total,
        {{ ratio('buckets.predicted_total', 'buckets.customers') }} as predicted_mean,
        {{ ratio('buckets.actual_total', 'buckets.customers') }} as actual_mean,
        buckets.lift

    from buckets
    inner join cutoffs on buckets.cutoff_number = cutoffs.cutoff_number

)

select * from final
