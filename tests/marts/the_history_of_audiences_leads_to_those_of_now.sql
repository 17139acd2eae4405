-- What the kept changes add up to is what the customers are in, unless the history is ahead of this build already.
with

changes as (

    select
        *,
        row_number() over (partition by audience_kind, customer_id order by as_of_date desc) as position

    from {{ ref('int_audience_history') }}
    where shop = {{ audience_history_name() }}

),

last_days as (

    select max(as_of_date) as last_as_of_date from changes

),

kept as (

    select
        audience_kind,
        customer_id,
        audience

    from changes
    where
        position = 1
        and audience is not null

),

missing as (

    select
        audiences.audience_kind,
        audiences.customer_id,
        audiences.audience,
        kept.audience as kept_audience

    from {{ ref('int_audiences') }} as audiences
    full outer join kept
        on
            audiences.audience_kind = kept.audience_kind
            and audiences.customer_id = kept.customer_id
    cross join last_days
    where
        audiences.audience is distinct from kept.audience
        and last_days.last_as_of_date = {{ as_of_date() }}

)

select * from missing
