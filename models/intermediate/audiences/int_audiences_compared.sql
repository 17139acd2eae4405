with

audiences as (

    select * from {{ ref('int_audiences') }}

),

history as (

    select * from {{ ref('int_audience_history') }}

),

bounds as (

    select * from {{ ref('int_as_of_date') }}

),

builds_before as (

    select
        min(as_of_date) as first_as_of_date,
        max(as_of_date) as previous_as_of_date

    from history
    where
        shop = {{ audience_history_name() }}
        and as_of_date < {{ as_of_date() }}

),

previous_audiences as (

    {{ audiences_before('history') }}

),

final as (

    select
        {{ combined_key([
            'coalesce(audiences.audience_kind, previous_audiences.audience_kind)',
            'coalesce(audiences.customer_id, previous_audiences.customer_id)',
        ]) }} as audience_customer_key,
        coalesce(audiences.audience_kind, previous_audiences.audience_kind) as audience_kind,
        coalesce(audiences.customer_id, previous_audiences.customer_id) as customer_id,
        audiences.audience,
        previous_audiences.audience as previous_audience,
        -- who was there when the history began came before that, nobody knows when
        case
            when previous_audiences.entered_date > builds_before.first_as_of_date then previous_audiences.entered_date
        end as previous_entered_date,
        bounds.as_of_date,
        builds_before.previous_as_of_date

    from audiences
    full outer join previous_audiences
        on
            audiences.audience_kind = previous_audiences.audience_kind
            and audiences.customer_id = previous_audiences.customer_id
    cross join bounds
    cross join builds_before

)

select * from final
