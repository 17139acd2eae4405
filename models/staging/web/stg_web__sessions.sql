{%- set raw_relation = ref('base_web__sessions') -%}
with

raw_rows as (

    select * from {{ raw_relation }}

),

typed as (

    select
        ---------- ids
        raw_row_number,
        {{ input_text('web_sessions', 'session_id') }} as session_id,
        {{ input_text('web_sessions', 'visitor_id') }} as visitor_id,
        {{ input_customer_id('web_sessions') }} as customer_id,

        ---------- strings
        {{ input_text('web_sessions', 'channel') }} as channel,

        ---------- booleans
        {{ source_row_flags('web_sessions', raw_relation) }},

        ---------- timestamps
        {{ input_timestamp('web_sessions', 'started_at', raw_relation) }} as started_at

    from raw_rows

)

select * from typed
