with

horizons as (

    select * from {{ ref('int_markov_horizons') }}

),

migrations as (

    select
        horizons.markov_run,
        migrations.start_segment,
        migrations.end_segment,
        migrations.customers,
        migrations.migration_share

    from horizons
    inner join {{ ref('fct_segment_migrations') }} as migrations
        on horizons.from_date = migrations.end_date
    where
        migrations.segmentation = 'managerial'
        and migrations.migration_months = {{ var('markov_period_months') }}

),

followed as (

    select distinct
        markov_run,
        start_segment

    from migrations
    where start_segment <> 'not_yet_a_customer'

),

reached as (

    select distinct
        migrations.markov_run,
        migrations.end_segment

    from migrations
    inner join followed
        on migrations.markov_run = followed.markov_run

),

-- where nobody was in a segment a period ago, nobody knows where its customers go
assumed as (

    select
        reached.markov_run,
        reached.end_segment as start_segment,
        reached.end_segment,
        cast(0 as bigint) as customers,
        cast(1 as double) as migration_share

    from reached
    left join followed
        on
            reached.markov_run = followed.markov_run
            and reached.end_segment = followed.start_segment
    where followed.start_segment is null

),

final as (

    select
        *,
        false as is_assumed

    from migrations

    union all

    select
        *,
        true as is_assumed

    from assumed

),

keyed as (

    select
        {{ combined_key(['markov_run', 'start_segment', 'end_segment']) }} as markov_migration_key,
        *

    from final

)

select * from keyed
