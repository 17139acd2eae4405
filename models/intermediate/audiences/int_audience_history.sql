{#- The one table that cannot be built again from its inputs: it remembers what earlier builds saw. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['shop', 'as_of_date'],
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

with

audiences as (

    select * from {{ ref('int_audiences') }}

),

bounds as (

    select * from {{ ref('int_as_of_date') }}

),

history as (

    {% if is_incremental() -%}
    select
        shop,
        as_of_date,
        audience_kind,
        customer_id,
        audience
    from {{ this }}
    {%- else -%}
    -- the first build finds nothing
    select
        {{ audience_history_name() }} as shop,
        cast(null as date) as as_of_date,
        audience_kind,
        customer_id,
        audience
    from audiences
    where false
    {%- endif %}

),

previous_audiences as (

    {{ audiences_before('history') }}

),

-- a build of a past day, after that of a later one, must not change what the later one was compared with
later_builds as (

    select count(*) as kept_changes
    from history
    where
        shop = {{ audience_history_name() }}
        and as_of_date > {{ as_of_date() }}

),

changed as (

    select
        coalesce(audiences.audience_kind, previous_audiences.audience_kind) as audience_kind,
        coalesce(audiences.customer_id, previous_audiences.customer_id) as customer_id,
        previous_audiences.audience as previous_audience,
        audiences.audience

    from audiences
    full outer join previous_audiences
        on
            audiences.audience_kind = previous_audiences.audience_kind
            and audiences.customer_id = previous_audiences.customer_id
    where
        audiences.audience is null
        or previous_audiences.audience is null
        or audiences.audience <> previous_audiences.audience

    union all

    -- that there was a build is kept too, or the next one would not know its day where nobody moved
    select
        'build' as audience_kind,
        null as customer_id,
        null as previous_audience,
        null as audience
    from bounds

),

final as (

    select
        {{ audience_history_name() }} || '+'
        || {{ combined_key(['bounds.as_of_date', 'changed.audience_kind', "coalesce(changed.customer_id, '')"]) }}
            as audience_change_key,
        {{ audience_history_name() }} as shop,
        bounds.as_of_date,
        changed.audience_kind,
        changed.customer_id,
        changed.previous_audience,
        changed.audience

    from changed
    cross join bounds
    cross join later_builds
    where
        later_builds.kept_changes = 0
        -- customers without an order have no day to be kept under
        and bounds.as_of_date is not null

)

select * from final
